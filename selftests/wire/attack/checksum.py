# SPDX-License-Identifier: GPL-2.0
"""A segment with a wrong checksum is nothing (RFC 9293 3.1, MUST-3)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"never", badsum=True)
    c.nxt = 1
    c.send("R", badsum=True)
    c.silent()
    c.alive()
    w.listen(81)
    p = w.peer(port=81)
    p.syn(badsum=True)
    p.silent()
