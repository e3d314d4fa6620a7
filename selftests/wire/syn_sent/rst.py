# SPDX-License-Identifier: GPL-2.0
"""A RST that acknowledges the SYN is "connection refused" (RFC 9293 3.10.7.3, second)."""


def rule(w):
    c = w.connecting()
    c.send("RA", seq=0, ack=1)
    c.error("ECONNREFUSED")
    c.gone()
