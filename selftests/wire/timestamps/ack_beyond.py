# SPDX-License-Identifier: GPL-2.0
"""A duplicate ACK with an old timestamp does not count as one (RFC 7323 5.3 R1)."""


def rule(w):
    c = w.accept(ts=5000)
    c.send("PA", data=b"x", ts=(6000, c.ecr))
    c.expect("A", ack=2)
    c.write(1460 * 4 - 48)
    for _ in range(4):
        c.expect("A", len=1448)
    for _ in range(4):
        c.send("A", ack=1, ts=(100, 0))
    w.settle()
    w.eq("fast retransmissions", 0, w.count("TcpExtTCPFastRetrans"))
