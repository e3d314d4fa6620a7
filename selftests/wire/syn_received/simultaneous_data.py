# SPDX-License-Identifier: GPL-2.0
"""Data on the ACK of a simultaneous open is taken (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.send("PA", seq=1, ack=1, data=b"hello")
    c.expect("A", ack=6)
    c.written()
    w.eq("program reads", b"hello", c.read(5))
