# SPDX-License-Identifier: GPL-2.0
"""A listener answers an ACK by a RST with its number (RFC 9293 3.10.7.2, second)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("A", seq=0, ack=99)
    c.expect("R", seq=99)
    c.send("SA", seq=0, ack=98)
    c.expect("R", seq=98)
    c.send("FPA", seq=0, ack=97, data=b"data")
    c.expect("R", seq=97)
