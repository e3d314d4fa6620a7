# SPDX-License-Identifier: GPL-2.0
"""A SYN from before the window gets an ACK, which resets its sender (RFC 9293 3.5 figure 9)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("S", seq=-500, mss=1460)
    c.expect("A", seq=1, ack=1)
    w.eq("state", "SYN-RECEIVED", c.state())
