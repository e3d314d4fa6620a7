# SPDX-License-Identifier: GPL-2.0
"""Simultaneous open: a SYN in SYN-SENT is answered by a SYN-ACK (RFC 9293 3.5 figure 8)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1, mss=1460)
    w.eq("state", "SYN-RECEIVED", c.state())
    c.send("A", seq=1, ack=1)
    c.written()
    c.alive()
