# SPDX-License-Identifier: GPL-2.0
"""With an older timestamp a SYN is an old one (RFC 6191 2)."""


def rule(w):
    c = w.time_wait(ts=100000)
    c.send("S", seq=1000, mss=1460, ts=(5, 0))
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
