# SPDX-License-Identifier: GPL-2.0
"""The window of a SYN-ACK is not scaled (RFC 7323 2.2)."""


def rule(w):
    c = w.connecting(ws=7, win=3000)
    c.synack()
    c.expect("A")
    c.write(20000)
    got = max((s.start + s.len for s in c.drain()), default=1) - 1
    w.true("no more than 3000 bytes: %d" % got, 1460 <= got <= 3000)
