# SPDX-License-Identifier: GPL-2.0
"""Data that nobody will read any more is answered by a RST (RFC 9293 3.6.1)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.close()
    c.expect("FA", seq=1, ack=1)
    c.send("PA", ack=1, data=b"too late")
    seg = c.next()
    w.true("a RST", "R" in seg.flags)
    c.gone()
