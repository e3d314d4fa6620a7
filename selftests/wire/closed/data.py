# SPDX-License-Identifier: GPL-2.0
"""Data for nobody is answered by its ACK number alone (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("PA", seq=1, ack=5, data=b"x" * 100)
    c.expect("R", seq=5, len=0)
