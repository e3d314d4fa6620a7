# SPDX-License-Identifier: GPL-2.0
"""A connection begins with ten segments (RFC 6928 2)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(30000)
    got = [s.len for s in c.drain()]
    w.eq("segments", [1460] * 10, got)
