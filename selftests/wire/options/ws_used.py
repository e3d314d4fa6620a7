# SPDX-License-Identifier: GPL-2.0
"""The windows of other segments are scaled (RFC 7323 2.2)."""


def rule(w):
    c = w.accept(ws=3, win=1000)
    c.write(20000)
    got = max((s.start + s.len for s in c.drain()), default=1) - 1
    w.true("no more than 8000 bytes: %d" % got, 5840 <= got <= 8000)
