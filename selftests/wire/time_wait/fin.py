# SPDX-License-Identifier: GPL-2.0
"""A FIN that comes again is acknowledged again (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.time_wait()
    for _ in range(2):
        c.send("FA", seq=1)
        c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
