# SPDX-License-Identifier: GPL-2.0
"""A window on an older segment does not count (RFC 9293 3.10.7.4 step 5, SND.WL1)."""


def rule(w):
    c = w.accept(rtt=0.6, win=2920)
    c.send("A", data=100)
    c.expect("A", ack=101)
    c.write(10000)
    w.eq("at first", 2, len(c.drain()))
    c.send("A", seq=50, ack=1, win=60000)
    w.eq("data", 0, sum(s.len for s in c.drain()))
    c.send("A", ack=1, win=4380)
    w.eq("then", 1460, sum(s.len for s in c.drain()))
