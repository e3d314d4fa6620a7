# SPDX-License-Identifier: GPL-2.0
"""An MSS beyond what our link takes changes nothing (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(mss=9000)
    c.write(3000)
    c.expect("A", seq=1, len=1460)
