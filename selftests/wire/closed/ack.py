# SPDX-License-Identifier: GPL-2.0
"""An ACK that nobody listens for is answered by a RST with its number (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("A", seq=5, ack=7777)
    c.expect("R", seq=7777, len=0, opts=[], win=0)
