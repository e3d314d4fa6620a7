# SPDX-License-Identifier: GPL-2.0
"""A receiver may take back what it told of: in the end all is sent again (RFC 2018 8)."""


def rule(w):
    c = w.accept(rtt=0.6, sackok=True)
    c.write(5840)
    w.eq("first flight", 4, len(c.drain()))
    c.send("A", ack=1, sack=[(1461, 5841)])
    c.expect("A", seq=1)
    c.send("A", ack=1461)
    missing = {1461, 2921, 4381}
    while missing:
        seg = c.expect("A")
        missing -= set(range(seg.start, seg.start + seg.len, 1460))
        if seg.start == c.una:
            c.send("A", ack=seg.start + seg.len)
