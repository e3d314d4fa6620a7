# SPDX-License-Identifier: GPL-2.0
"""A program that reads makes the window known again (RFC 9293 3.8.6.2.2)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 16384)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=1000)
        seg = c.expect("A")
    end = c.told
    c.read(end - 1)
    c.expect("A", ack=end, len=0, win=lambda n: n >= 1000)
