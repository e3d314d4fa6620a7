# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK of another connection gets a RST and the right one still serves (RFC 9293 3.5.1)."""

LINUX = "sends the SYN again at once"


def rule(w):
    c = w.connecting()
    c.send("SA", seq=7000, ack=99, mss=1460)
    c.expect("R", seq=99)
    w.eq("state", "SYN-SENT", c.state())
    c.synack()
    c.expect("A", seq=1, ack=1)
    c.written()
