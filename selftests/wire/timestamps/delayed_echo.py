# SPDX-License-Identifier: GPL-2.0
"""An ACK of two segments echoes the first one (RFC 7323 4.3 A)."""


def rule(w):
    c = w.accept(ts=True)
    # On a slow machine the first one's ACK may be due before the second one comes.
    for i in w.tries():
        c.opt(6, 12, 0)  # TCP_QUICKACK
        first = 5000 + 10 * i
        c.send("PA", data=b"x", ts=(first, c.ecr))
        c.send("PA", data=b"y", ts=(first + 1, c.ecr))
        seg = c.expect("A")
        if seg.acks == c.nxt:
            w.eq("echo", first, seg.ecr)
            break
        c.drain()
