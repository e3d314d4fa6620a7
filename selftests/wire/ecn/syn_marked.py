# SPDX-License-Identifier: GPL-2.0
"""A SYN with a mark in its IP header does not get ECN (RFC 3168 6.1.1)."""


def rule(w):
    w.listen()
    for ecn in (1, 3):
        c = w.peer(ecn=True)
        c.syn(ecn=ecn)
        c.expect("SA")
