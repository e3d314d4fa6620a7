# SPDX-License-Identifier: GPL-2.0
"""An MSS of 1 does not make us send single bytes (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(mss=1)
    c.write(2000)
    c.expect("A", seq=1, len=lambda n: n >= 36)
