# SPDX-License-Identifier: GPL-2.0
"""The SYN-ACK of a simultaneous open is sent again (RFC 6298 5, RFC 9293 3.8.1)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.expect("SA", seq=0, ack=1, after=0.9)
    c.send("A", seq=1, ack=1)
    c.written()
