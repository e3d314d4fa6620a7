# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK without ECE is a no (RFC 3168 6.1.1)."""


def rule(w):
    w.sysctl("tcp_ecn", 1)
    c = w.connecting(ecn=True)
    c.send("SA", seq=0, mss=1460)
    c.expect("A", seq=1, ack=1)
    c.write(100)
    c.expect("A", seq=1, len=100, ecn=0)
