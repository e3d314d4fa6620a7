# SPDX-License-Identifier: GPL-2.0
"""A soft error about a SYN-ACK, or one about another, ends no request (RFC 5461 4, RFC 5927 4.1)."""

LINUX = "ends the request"


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.icmp(3, 3, seq=5)
    c.icmp(11, 0, seq=0)
    w.settle()
    w.eq("state", "SYN-RECEIVED", c.state())
