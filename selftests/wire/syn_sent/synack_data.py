# SPDX-License-Identifier: GPL-2.0
"""Data on a SYN-ACK is taken (RFC 9293 3.10.7.3, fourth)."""

LINUX = "takes it only with Fast Open"


def rule(w):
    c = w.connecting()
    c.synack(data=b"hello")
    c.expect("A", seq=1, ack=6)
    c.written()
    w.eq("program reads", b"hello", c.read(5))
