# SPDX-License-Identifier: GPL-2.0
"""In CLOSING a FIN that comes again is acknowledged again (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.close()
    c.expect("FA", seq=1)
    c.send("FA", ack=1)
    c.expect("A", seq=2, ack=2)
    c.send("FA", seq=1, ack=1)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "CLOSING", c.state())
