# SPDX-License-Identifier: GPL-2.0
"""A data offset below 5, or beyond the segment, is nothing (RFC 9293 3.1)."""


def rule(w):
    c = w.accept()
    for doff in (0, 4, 15):
        c.send("PA", data=b"never", doff=doff)
        c.nxt = 1
    c.silent()
    c.alive()
