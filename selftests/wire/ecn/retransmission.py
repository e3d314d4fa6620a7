# SPDX-License-Identifier: GPL-2.0
"""What is sent again is not ECN-capable (RFC 3168 6.1.5)."""


def rule(w):
    c = w.ecn()
    c.write(1000)
    c.expect("A", seq=1, ecn=2)
    c.expect("A", seq=1, len=1000, ecn=0)
