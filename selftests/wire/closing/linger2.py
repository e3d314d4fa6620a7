# SPDX-License-Identifier: GPL-2.0
"""TCP_LINGER2: an orphan stays in FIN-WAIT-2 for so many seconds (tcp(7))."""

import time

TCP_LINGER2 = 8


def rule(w):
    c = w.accept(opts=[(6, TCP_LINGER2, 1)])
    c.close()
    c.expect("FA", seq=1)
    c.send("A", ack=2)
    begin = c.t0
    c.gone()
    w.true("not sooner", time.monotonic() - begin >= 1)
    c.send("FA")
    c.expect("R", seq=2)
