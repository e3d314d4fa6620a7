# SPDX-License-Identifier: GPL-2.0
"""Setting TCP_NODELAY lets go what Nagle held back (tcp(7))."""


def rule(w):
    c = w.accept(rtt=0.6)
    c.write(b"one")
    c.expect("A", seq=1)
    c.write(b"two")
    c.silent()
    c.nodelay()
    c.expect("A", seq=4, data=b"two")
