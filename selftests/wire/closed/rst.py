# SPDX-License-Identifier: GPL-2.0
"""A RST is never answered (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("R", seq=5)
    c.send("RA", seq=5, ack=5)
    c.silent()
