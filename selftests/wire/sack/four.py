# SPDX-License-Identifier: GPL-2.0
"""Without timestamps there is room for four blocks (RFC 2018 3)."""


def rule(w):
    c = w.accept(sackok=True)
    blocks = []
    for seq in range(1001, 7001, 1000):
        c.send("A", seq=seq, data=500)
        blocks.insert(0, (seq, seq + 500))
        c.expect("A", ack=1, sack=blocks[:4])
