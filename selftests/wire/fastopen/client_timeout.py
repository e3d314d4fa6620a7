# SPDX-License-Identifier: GPL-2.0
"""A SYN that is sent again has neither data nor cookie (RFC 7413 4.1.3.1)."""


def rule(w):
    c = w.fast_client(b"question")
    c.expect("S", seq=0, len=0, cookie=None, after=0.9)
    c.synack(ack=1)
    seg = c.expect("A", seq=1, ack=1)
    if not seg.len:
        seg = c.expect("A", seq=1, ack=1)
    w.eq("data", b"question", seg.data)
