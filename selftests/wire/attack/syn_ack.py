# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK in an established connection gets a challenge ACK (RFC 5961 4.2)."""


def rule(w):
    c = w.accept()
    c.send("SA", seq=1, ack=1, mss=1460)
    c.expect("A", seq=1, ack=1)
    c.nxt = 1
    c.alive()
