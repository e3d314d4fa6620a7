# SPDX-License-Identifier: GPL-2.0
"""With a later timestamp a SYN may have an old number (RFC 6191 2)."""


def rule(w):
    c = w.time_wait(ts=True)
    c.send("S", seq=-1000, mss=1460, ts=(c.tsval() + 5000, 0))
    seg = c.next()
    w.eq("flags", "SA", seg.flags.replace("P", ""))
    w.eq("ack", -999, seg.acks)
