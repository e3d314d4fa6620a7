# SPDX-License-Identifier: GPL-2.0
"""A segment without ACK is dropped in silence (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.accept()
    c.send("P", data=b"never")
    c.silent()
    c.nxt = 1
    c.alive()
