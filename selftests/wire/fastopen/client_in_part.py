# SPDX-License-Identifier: GPL-2.0
"""Of data that is acknowledged in part the rest is sent again (RFC 7413 4.2.2)."""


def rule(w):
    c = w.fast_client(b"question")
    c.synack(ack=5)
    seg = c.next()
    while not seg.len:
        seg = c.next()
    w.eq("again", (5, b"tion"), (seg.start, seg.data))
    c.send("A", ack=9)
    c.alive()
