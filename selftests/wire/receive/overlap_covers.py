# SPDX-License-Identifier: GPL-2.0
"""One segment may cover several that came early (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    for seq in (101, 301, 501):
        c.send("A", seq=seq, data=100)
        c.expect("A", ack=1)
    c.send("PA", seq=1, data=700)
    c.expect("A", ack=701)
    w.eq("program reads", bytes((i * 7 + (i >> 8) + 1) & 255 for i in range(700)), c.read(700))
