# SPDX-License-Identifier: GPL-2.0
"""Options that lie do no harm to data (RFC 9293 3.2)."""


def rule(w):
    c = w.accept(sackok=True)
    for opts in (bytes((5, 10, 0, 0)), bytes((5, 2, 1, 1)), bytes((8, 10, 0, 0)), bytes((5, 200, 0, 0)),
                 bytes((1, 1, 1, 5)), bytes((255, 255, 255, 255)), bytes((5, 11) + (0,) * 10)):
        c.send("PA", data=b"x", opts=opts)
    c.read(7)
    c.alive()
