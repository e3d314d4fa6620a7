# SPDX-License-Identifier: GPL-2.0
"""A SYN in an established connection gets a challenge ACK, whatever its number (RFC 5961 4.2)."""


def rule(w):
    for seq in (0, 1, 100, -100, 100000):
        c = w.accept()
        c.send("S", seq=seq, mss=1460)
        c.expect("A", seq=1, ack=1)
        w.eq("state", "ESTABLISHED", c.state())
