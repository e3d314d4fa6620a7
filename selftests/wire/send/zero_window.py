# SPDX-License-Identifier: GPL-2.0
"""A window of zero stops the data, a new one starts it (RFC 9293 3.8.6.1)."""


def rule(w):
    c = w.accept(win=2920)
    c.write(5840)
    w.eq("at first", {1, 1461}, {s.start for s in c.drain() if s.len})
    c.send("A", ack=2921, win=0)
    c.silent()
    c.send("A", win=2920)
    w.eq("then", {2921, 4381}, {s.start for s in c.drain() if s.len})
