# SPDX-License-Identifier: GPL-2.0
"""TCP_NOTSENT_LOWAT: writable only when little waits (tcp(7))."""

import select


def rule(w):
    c = w.accept(win=2920, rtt=0.6)
    c.opt(6, 25, 1000)  # TCP_NOTSENT_LOWAT
    c.write(8000)
    c.drain()
    w.true("not writable", not select.select([], [c.sock], [], 0)[1])
    c.send("A", ack=2921, win=60000)
    w.true("writable", select.select([], [c.sock], [], 10)[1])
