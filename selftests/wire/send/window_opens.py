# SPDX-License-Identifier: GPL-2.0
"""A wider window lets more go at once (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.accept(rtt=0.6, win=2920)
    c.write(10000)
    w.eq("at first", 2, len(c.drain()))
    c.send("A", ack=1, win=5840)
    w.eq("then", [2921, 4381], [s.start for s in c.drain()])
