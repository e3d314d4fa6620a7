# SPDX-License-Identifier: GPL-2.0
"""An ACK that is not for the SYN gets a RST with its number (RFC 9293 3.10.7.3, first)."""

LINUX = "sends the SYN again at once"


def rule(w):
    c = w.connecting()
    for ack in (0, 2, -1, 5000):
        c.send("A", seq=0, ack=ack)
        c.expect("R", seq=ack)
    c.nxt = 0
    c.synack()
    c.expect("A", seq=1, ack=1)
    c.written()
