# SPDX-License-Identifier: GPL-2.0
"""FIN counts as a byte and ends the stream (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.send("FPA", data=b"last")
    c.expect("A", ack=6)
    w.eq("program reads", b"last", c.read(4))
    c.eof()
    w.eq("state", "CLOSE-WAIT", c.state())
