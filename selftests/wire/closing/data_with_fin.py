# SPDX-License-Identifier: GPL-2.0
"""Data and FIN in one segment end a half-closed connection (RFC 9293 3.10.7.4 step 7, 8)."""


def rule(w):
    c = w.accept()
    c.shutdown()
    c.expect("FA", seq=1)
    c.send("FPA", ack=2, data=b"data")
    c.expect("A", seq=2, ack=6)
    w.eq("program reads", b"data", c.read(4))
    c.eof()
    w.eq("state", "TIME-WAIT", c.state())
