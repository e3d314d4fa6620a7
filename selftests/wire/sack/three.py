# SPDX-License-Identifier: GPL-2.0
"""With timestamps there is room for three blocks (RFC 2018 3)."""


def rule(w):
    c = w.accept(sackok=True, ts=True)
    blocks = []
    for seq in range(1001, 6001, 1000):
        c.send("A", seq=seq, data=500)
        blocks.insert(0, (seq, seq + 500))
        c.expect("A", ack=1, opts=["ts", "sack"], sack=blocks[:3])
