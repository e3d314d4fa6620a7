# SPDX-License-Identifier: GPL-2.0
"""Probes that nobody answers end the connection with a RST (RFC 9293 3.8.4, tcp(7))."""


def rule(w):
    # TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, SO_KEEPALIVE
    c = w.accept(opts=[(6, 4, 1), (6, 5, 1), (6, 6, 2), (1, 9, 1)])
    c.expect("A", seq=0, len=0, after=0.9)
    c.expect("A", seq=0, len=0, after=1.9)
    c.expect("RA", seq=1, ack=1, after=2.9)
    c.error("ETIMEDOUT")
    c.gone()
