# SPDX-License-Identifier: GPL-2.0
"""What came already is acknowledged at once and delivered once (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"once")
    c.expect("A", ack=5)
    c.send("PA", seq=1, data=b"once")
    c.expect("A", seq=1, ack=5)
    c.send("PA", data=b"more")
    w.eq("program reads", b"oncemore", c.read(8))
