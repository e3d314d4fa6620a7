# SPDX-License-Identifier: GPL-2.0
"""Simultaneous open with SYN-ACKs that cross (RFC 9293 3.5 figure 8)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.synack()
    c.written()
    c.drain()
    w.eq("state", "ESTABLISHED", c.state())
    c.alive()
