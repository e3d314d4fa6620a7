# SPDX-License-Identifier: GPL-2.0
"""A SYN that is sent again asks for ECN no more (RFC 3168 6.1.1.1)."""


def rule(w):
    w.sysctl("tcp_ecn", 1)
    c = w.connecting(ecn=True)
    c.expect("S", seq=0, after=0.9)
