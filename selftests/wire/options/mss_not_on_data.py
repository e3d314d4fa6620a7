# SPDX-License-Identifier: GPL-2.0
"""MSS, scale and SACK permitted mean nothing outside of a SYN (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(ws=2)
    c.send("A", mss=100, ws=9, sackok=True)
    c.silent()
    w.eq("scale", 2, c.info().snd_wscale)
    c.write(2000)
    c.expect("A", len=1460)
    c.send("A", seq=1001, data=10)
    while (seg := c.next()).len:
        pass
    w.eq("blocks", [], seg.sack)
