# SPDX-License-Identifier: GPL-2.0
"""Without SYN and RST nothing happens in SYN-SENT (RFC 9293 3.10.7.3, fifth)."""


def rule(w):
    c = w.connecting()
    c.send("A", seq=0, ack=1)
    c.send("FA", seq=0, ack=1)
    c.send("PA", seq=0, ack=1, data=b"data")
    c.send("F", seq=0)
    c.silent()
    w.eq("state", "SYN-SENT", c.state())
