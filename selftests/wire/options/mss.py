# SPDX-License-Identifier: GPL-2.0
"""Segments are no larger than the peer asked for (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(mss=700)
    c.write(2000)
    for seq in (1, 701):
        c.expect("A", seq=seq, len=700)
    c.send("A", ack=1401)
    c.expect("A", seq=1401, len=600)
