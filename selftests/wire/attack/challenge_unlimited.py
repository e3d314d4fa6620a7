# SPDX-License-Identifier: GPL-2.0
"""tcp_invalid_ratelimit 0: each challenge ACK is sent (RFC 5961 7)."""


def rule(w):
    w.sysctl("tcp_invalid_ratelimit", 0)
    c = w.accept()
    for _ in range(20):
        c.send("R", seq=101)
    w.eq("answers to 20 of them", 20, len(c.drain()))
