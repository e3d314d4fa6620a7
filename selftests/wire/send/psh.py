# SPDX-License-Identifier: GPL-2.0
"""The last segment of what a program wrote is pushed (RFC 9293 3.9.1.2)."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(3000)
    c.expect("A", seq=1, len=1460)
    c.expect("A", seq=1461, len=1460)
    c.expect("A", seq=2921, len=80, psh=True)
