# SPDX-License-Identifier: GPL-2.0
"""A program that reads crumbs does not make crumbs of a window (RFC 9293 3.8.6.2.2)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 16384)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=1000)
        seg = c.expect("A")
    for _ in range(100):
        c.read(1)
    c.silent()
