# SPDX-License-Identifier: GPL-2.0
"""CLOSE sends FIN; its ACK leads to FIN-WAIT-2, a FIN to TIME-WAIT (RFC 9293 3.6 case 1)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1, ack=1)
    w.eq("state", "FIN-WAIT-1", c.state())
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.send("FA")
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
