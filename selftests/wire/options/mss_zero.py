# SPDX-License-Identifier: GPL-2.0
"""An MSS of 0 is as good as none or small, and no division by it (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(mss=0)
    c.write(2000)
    c.expect("A", seq=1, len=lambda n: n >= 36)
    c.drain()
