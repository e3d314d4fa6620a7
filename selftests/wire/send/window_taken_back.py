# SPDX-License-Identifier: GPL-2.0
"""Into a window that was taken back nothing new is sent (RFC 9293 3.8.6)."""


def rule(w):
    c = w.accept(rtt=0.6, win=14600)
    c.write(5840)
    w.eq("in flight", 5840, sum(s.len for s in c.drain()))
    c.send("A", ack=1461, win=1460)
    c.nodelay()
    c.write(1460)
    c.silent()
    c.send("A", ack=5841, win=1460)
    c.expect("A", seq=5841, len=1460)
