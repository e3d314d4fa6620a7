# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK of more than was sent is another connection (RFC 9293 3.10.7.3, first)."""

LINUX = "sends the SYN again at once"


def rule(w):
    c = w.fast_client(b"question")
    c.send("SA", ack=10, mss=1460)
    c.expect("R", seq=10)
    w.eq("state", "SYN-SENT", c.state())
    c.nxt = 0
    c.synack(ack=9)
    c.expect("A", seq=9, ack=1)
