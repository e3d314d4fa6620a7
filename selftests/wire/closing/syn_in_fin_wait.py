# SPDX-License-Identifier: GPL-2.0
"""A SYN in FIN-WAIT-2 gets a challenge ACK (RFC 5961 4.2)."""


def rule(w):
    c = w.accept()
    c.shutdown()
    c.expect("FA")
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.send("S", seq=5, mss=1460)
    c.expect("A", seq=2, ack=1)
