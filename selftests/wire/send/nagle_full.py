# SPDX-License-Identifier: GPL-2.0
"""A full segment never waits (RFC 9293 3.7.4)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(b"one")
    c.expect("A", seq=1, len=3)
    c.write(1460)
    c.expect("A", seq=4, len=1460)
