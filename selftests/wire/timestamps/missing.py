# SPDX-License-Identifier: GPL-2.0
"""A segment without the timestamp that was agreed on is dropped (RFC 7323 3.2)."""

LINUX = "takes it"


def rule(w):
    c = w.accept(ts=5000)
    c.send("PA", data=b"x", ts=None)
    c.silent()
    c.nxt = 1
    c.alive()
