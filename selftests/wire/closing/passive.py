# SPDX-License-Identifier: GPL-2.0
"""A FIN leads to CLOSE-WAIT, CLOSE to LAST-ACK, its ACK ends it (RFC 9293 3.6 case 2)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    w.eq("state", "CLOSE-WAIT", c.state())
    c.close()
    c.expect("FA", seq=1, ack=2)
    w.eq("state", "LAST-ACK", c.state())
    c.send("A", ack=2)
    c.gone()
