# SPDX-License-Identifier: GPL-2.0
"""Half of the largest window is worth a segment (RFC 9293 3.8.6.2.1)."""


def rule(w):
    c = w.accept(win=1000)
    c.write(5000)
    c.expect("A", seq=1, len=lambda n: 500 <= n <= 1000)
