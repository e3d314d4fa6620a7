# SPDX-License-Identifier: GPL-2.0
"""A probe has the number before the next, no data, and an answer keeps the connection (RFC 9293 3.8.4)."""


def rule(w):
    c = w.accept(opts=[(6, 4, 1), (6, 5, 1), (1, 9, 1)])  # TCP_KEEPIDLE, TCP_KEEPINTVL, SO_KEEPALIVE
    for _ in range(2):
        c.expect("A", seq=0, ack=1, len=0, after=0.9)
        c.send("A")
    w.eq("state", "ESTABLISHED", c.state())
