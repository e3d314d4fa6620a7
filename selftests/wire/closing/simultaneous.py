# SPDX-License-Identifier: GPL-2.0
"""FINs that cross lead over CLOSING to TIME-WAIT (RFC 9293 3.6 case 3)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1, ack=1)
    c.send("FA", ack=1)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "CLOSING", c.state())
    c.send("A", ack=2)
    c.in_state("TIME-WAIT")
