# SPDX-License-Identifier: GPL-2.0
"""Data to TIME-WAIT beyond its end is not taken (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.time_wait()
    c.send("PA", seq=2, ack=2, data=b"more")
    c.drain()
    w.eq("acknowledged", 2, c.told)
    w.eq("state", "TIME-WAIT", c.state())
