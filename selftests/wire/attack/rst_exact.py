# SPDX-License-Identifier: GPL-2.0
"""A RST with the very next number ends the connection (RFC 5961 3.2)."""


def rule(w):
    c = w.accept()
    c.send("R", seq=1)
    c.error("ECONNRESET")
    c.gone()
