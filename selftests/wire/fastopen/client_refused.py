# SPDX-License-Identifier: GPL-2.0
"""Data that the SYN-ACK does not acknowledge is sent again at once (RFC 7413 4.2.2)."""


def rule(w):
    c = w.fast_client(b"question")
    c.synack(ack=1)
    c.expect("A", seq=1, ack=1, data=b"question")
    c.send("A", ack=9)
    c.alive()
