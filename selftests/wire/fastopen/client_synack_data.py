# SPDX-License-Identifier: GPL-2.0
"""Data on the SYN-ACK is delivered (RFC 7413 4.2.2)."""


def rule(w):
    c = w.fast_client(b"question")
    c.synack(ack=9, data=b"answer")
    c.expect("A", seq=9, ack=7)
    w.eq("program reads", b"answer", c.read(6))
