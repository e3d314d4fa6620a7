# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK to TIME-WAIT opens nothing (RFC 9293 3.10.7.4 step 4)."""


def rule(w):
    c = w.time_wait()
    c.send("SA", seq=5000, ack=2, mss=1460)
    c.drain()
    w.eq("state", "TIME-WAIT", c.state())
