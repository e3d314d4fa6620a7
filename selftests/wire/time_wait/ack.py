# SPDX-License-Identifier: GPL-2.0
"""An ACK in TIME-WAIT is not answered (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.time_wait()
    c.send("A", seq=2, ack=2)
    c.silent()
    w.eq("state", "TIME-WAIT", c.state())
