# SPDX-License-Identifier: GPL-2.0
"""A SYN from our own address and port makes no storm (the LAND attack)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.ours = 80
    c.send("S", seq=0, src="10.0.0.2", mss=1460)
    w.settle()
    w.true("few segments: %d" % len(w.queue), len(w.queue) <= 2)
    w.eq("connections", None, c.state())
