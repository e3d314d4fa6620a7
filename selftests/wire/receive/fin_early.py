# SPDX-License-Identifier: GPL-2.0
"""A FIN that comes early waits for what is missing (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.send("FA", seq=101)
    c.expect("A", ack=1)
    w.eq("state", "ESTABLISHED", c.state())
    c.send("A", seq=1, data=100)
    c.expect("A", ack=102)
    c.read(100)
    c.eof()
    w.eq("state", "CLOSE-WAIT", c.state())
