# SPDX-License-Identifier: GPL-2.0
"""An orphan leaves FIN-WAIT-2 after tcp_fin_timeout (tcp(7))."""


def rule(w):
    w.sysctl("tcp_fin_timeout", 1)
    c = w.accept()
    c.close()
    c.expect("FA")
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.gone()
    c.send("FA")
    c.expect("R", seq=2)
