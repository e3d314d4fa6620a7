# SPDX-License-Identifier: GPL-2.0
"""A client with a cookie sends its data on the SYN (RFC 7413 4.2.2)."""


def rule(w):
    c = w.fast_client(b"question")
    w.eq("cookie", b"ABCDEFGH", c.first.cookie)
    w.eq("data", b"question", c.first.data)
    c.synack(ack=9)
    c.expect("A", seq=9, ack=1, len=0)
    c.alive()
