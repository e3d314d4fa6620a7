# SPDX-License-Identifier: GPL-2.0
"""TCP_NODELAY: nothing waits for an ACK (RFC 9293 3.7.4)."""


def rule(w):
    c = w.accept().nodelay()
    for i in range(5):
        c.write(b"x")
        c.expect("A", seq=1 + i, len=1, psh=True)
