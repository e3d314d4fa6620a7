# SPDX-License-Identifier: GPL-2.0
"""Old data in TIME-WAIT gets an ACK, which ends nothing (RFC 1337 2)."""


def rule(w):
    c = w.time_wait()
    c.send("PA", seq=-500, ack=2, data=b"x" * 100)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
