# SPDX-License-Identifier: GPL-2.0
"""The peer's SYN, again, is answered so that it gets on (RFC 9293 3.5 figure 8)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.syn()
    seg = c.next()
    w.eq("acknowledged", 1, seg.acks)
    c.send("A", seq=1, ack=1)
    c.written()
