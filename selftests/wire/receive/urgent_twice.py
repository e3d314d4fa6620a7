# SPDX-License-Identifier: GPL-2.0
"""Only the newer mark counts (RFC 9293 3.10.7.4 step 6)."""


def rule(w):
    c = w.accept()
    c.opt(1, 10, 1)  # SO_OOBINLINE
    c.send("PAU", data=b"ab", urp=2)
    c.send("PAU", data=b"cd", urp=2)
    c.send("PAU", seq=1, data=b"ab", urp=2)
    c.drain()
    w.eq("program reads", b"abcd", c.read(4))
