# SPDX-License-Identifier: GPL-2.0
"""A listener ignores a RST (RFC 9293 3.10.7.2, first)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("R", seq=0)
    c.send("SR", seq=0)
    c.send("RA", seq=0, ack=1)
    c.silent()
