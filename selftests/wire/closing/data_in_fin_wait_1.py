# SPDX-License-Identifier: GPL-2.0
"""In FIN-WAIT-1 of a half-close data is taken (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.shutdown()
    c.expect("FA", seq=1)
    c.send("PA", ack=1, data=b"data")
    c.expect("A", seq=2, ack=5)
    w.eq("program reads", b"data", c.read(4))
    w.eq("state", "FIN-WAIT-1", c.state())
