# SPDX-License-Identifier: GPL-2.0
"""A RST needs no timestamp (RFC 7323 3.2)."""


def rule(w):
    c = w.accept(ts=5000)
    c.send("R", seq=1, ts=None)
    c.error("ECONNRESET")
