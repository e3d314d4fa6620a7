# SPDX-License-Identifier: GPL-2.0
"""A SYN offers everything and acknowledges nothing (RFC 9293 3.10.1, RFC 7323 2.2)."""


def rule(w):
    c = w.connecting()
    s = c.first
    w.eq("options", ["mss", "sackok", "ts", "ws"], s.opts)
    w.eq("MSS", 1460, s.mss)
    w.eq("echo", 0, s.ecr)
    w.eq("data and acknowledgment", (0, 0), (s.len, s.ack))
    w.eq("ECN, DF", (0, True), (s.ecn, s.df))
