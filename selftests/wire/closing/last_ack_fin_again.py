# SPDX-License-Identifier: GPL-2.0
"""In LAST-ACK a FIN that comes again is acknowledged again (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.send("FA")
    c.expect("A", ack=2)
    c.close()
    c.expect("FA", seq=1, ack=2)
    c.send("FA", seq=1, ack=1)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "LAST-ACK", c.state())
