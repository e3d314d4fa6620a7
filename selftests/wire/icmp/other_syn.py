# SPDX-License-Identifier: GPL-2.0
"""An error about a SYN that was not sent ends nothing (RFC 5927 4.1)."""

LINUX = "believes what is about the next number"


def rule(w):
    c = w.connecting()
    for seq in (1, -1, 100000):
        c.icmp(3, 3, seq=seq)
    w.settle()
    w.eq("state", "SYN-SENT", c.state())
    c.synack()
    c.expect("A", seq=1, ack=1)
