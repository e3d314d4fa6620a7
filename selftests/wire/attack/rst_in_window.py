# SPDX-License-Identifier: GPL-2.0
"""A RST elsewhere in the window gets a challenge ACK (RFC 5961 3.2)."""


def rule(w):
    c = w.accept()
    c.send("R", seq=101)
    c.expect("A", seq=1, ack=1, len=0)
    c.nxt = 1
    c.alive()
