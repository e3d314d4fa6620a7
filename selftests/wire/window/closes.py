# SPDX-License-Identifier: GPL-2.0
"""A full buffer closes the window, and never takes it back (RFC 9293 3.8.6)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    edge, win = 0, 1
    while win:
        c.send("A", data=500)
        seg = c.expect("A")
        win = seg.win
        w.true("the edge does not go back: %d" % (seg.acks + win), seg.acks + win >= edge)
        edge = seg.acks + win
    w.true("before too much came", c.nxt < 30000)
