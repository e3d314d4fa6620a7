# SPDX-License-Identifier: GPL-2.0
"""An urgent pointer into what was read is no mark (RFC 9293 3.10.7.4 step 6)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"abcd")
    c.read(4)
    c.send("PAU", seq=1, data=b"abcdef", urp=2)
    c.drain()
    w.eq("program reads", b"ef", c.read(2))
