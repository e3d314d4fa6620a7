# SPDX-License-Identifier: GPL-2.0
"""tcp_ecn 0: nobody gets ECN (RFC 3168 6.1.1)."""


def rule(w):
    w.sysctl("tcp_ecn", 0)
    w.listen()
    c = w.peer(ecn=True)
    c.syn()
    c.expect("SA")
