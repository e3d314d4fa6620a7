# SPDX-License-Identifier: GPL-2.0
"""A FIN on data that comes early ends the stream when the gap is filled (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.send("FPA", seq=5, data=b"efgh")
    c.expect("A", ack=1)
    c.send("PA", seq=1, data=b"abcd")
    c.expect("A", ack=10)
    w.eq("program reads", b"abcdefgh", c.read(8))
    c.eof()
