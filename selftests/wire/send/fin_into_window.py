# SPDX-License-Identifier: GPL-2.0
"""A FIN that waits for no data is sent into a closed window, too (RFC 9293 3.10.4)."""

LINUX = "probes until the window opens"


def rule(w):
    c = w.accept(answer={"win": 0})
    c.shutdown()
    c.expect("FA", seq=1)
