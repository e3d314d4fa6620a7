# SPDX-License-Identifier: GPL-2.0
"""A RST that does not acknowledge the SYN is ignored (RFC 9293 3.10.7.3, second)."""

LINUX = "sends the SYN again at once"


def rule(w):
    c = w.connecting()
    c.send("R", seq=0)
    c.send("RA", seq=0, ack=0)
    c.send("RA", seq=0, ack=2)
    c.silent()
    w.eq("state", "SYN-SENT", c.state())
