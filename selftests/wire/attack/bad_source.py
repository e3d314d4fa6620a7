# SPDX-License-Identifier: GPL-2.0
"""A SYN from an address that cannot be one is nothing (RFC 9293 3.9.2.3, MUST-63)."""


def rule(w):
    w.listen()
    c = w.peer()
    for src in ("255.255.255.255", "224.0.0.1", "127.0.0.1"):
        c.send("S", seq=0, src=src, mss=1460)
    w.eq("answer", None, w.strange())
