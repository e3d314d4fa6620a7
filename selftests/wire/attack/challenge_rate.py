# SPDX-License-Identifier: GPL-2.0
"""Challenge ACKs of a connection keep a distance (RFC 5961 7)."""


def rule(w):
    c = w.accept()
    for _ in range(20):
        c.send("R", seq=101)
    n = len(c.drain())
    w.true("%d answers to 20 of them" % n, 1 <= n <= 4)
