# SPDX-License-Identifier: GPL-2.0
"""Without SO_KEEPALIVE nothing is sent (RFC 9293 3.8.4)."""


def rule(w):
    c = w.accept(opts=[(6, 4, 1), (6, 5, 1)])  # TCP_KEEPIDLE, TCP_KEEPINTVL
    w.eq("came", None, c.next(2))
