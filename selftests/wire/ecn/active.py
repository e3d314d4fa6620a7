# SPDX-License-Identifier: GPL-2.0
"""tcp_ecn 1: our SYN asks for ECN, in an IP header that does not (RFC 3168 6.1.1)."""


def rule(w):
    w.sysctl("tcp_ecn", 1)
    c = w.connecting(ecn=True)
    w.eq("ECN field", 0, c.first.ecn)
    c.synack()
    c.expect("A", seq=1, ack=1, ecn=0)
    c.write(100)
    c.expect("A", seq=1, len=100, ecn=2)
