# SPDX-License-Identifier: GPL-2.0
"""After a half-close data still comes in (RFC 9293 3.6.1)."""


def rule(w):
    c = w.accept()
    c.shutdown()
    c.expect("FA", seq=1)
    c.send("A", ack=2)
    c.send("PA", data=b"still")
    c.expect("A", seq=2, ack=6)
    w.eq("program reads", b"still", c.read(5))
    c.send("FA")
    c.expect("A", seq=2, ack=7)
    c.eof()
    w.eq("state", "TIME-WAIT", c.state())
