# SPDX-License-Identifier: GPL-2.0
"""A SYN that nobody listens for gets RST+ACK of all that it takes (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("S", seq=0, data=b"hello", mss=1460)
    c.expect("RA", seq=0, ack=6, opts=[], win=0)
