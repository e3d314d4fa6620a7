# SPDX-License-Identifier: GPL-2.0
"""A SYN with an old number gets an ACK (RFC 9293 3.6.1)."""


def rule(w):
    c = w.time_wait()
    c.send("S", seq=-1000, mss=1460)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
