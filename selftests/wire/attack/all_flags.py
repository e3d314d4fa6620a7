# SPDX-License-Identifier: GPL-2.0
"""All flags at once are no RST, but a SYN of an attacker (RFC 9293 3.10.7.4)."""


def rule(w):
    c = w.accept()
    c.send("SFPAUEW", seq=1, data=b"kamikaze")
    c.expect("A", seq=1, ack=1)
    c.nxt = 1
    c.alive()
