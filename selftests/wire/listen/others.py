# SPDX-License-Identifier: GPL-2.0
"""A listener drops data and FIN without SYN or ACK (RFC 9293 3.10.7.2, fourth)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("", seq=0, data=b"data")
    c.send("F", seq=0)
    c.send("P", seq=0, data=b"data")
    c.silent()
    w.eq("state", None, c.state())
