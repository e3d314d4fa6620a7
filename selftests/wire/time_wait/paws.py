# SPDX-License-Identifier: GPL-2.0
"""An old timestamp in TIME-WAIT gets an ACK (RFC 7323 5.3 R1, RFC 1337 2)."""


def rule(w):
    c = w.time_wait(ts=100000)
    c.send("A", seq=2, ack=2, ts=(50, 0))
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
