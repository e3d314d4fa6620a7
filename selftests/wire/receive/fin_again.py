# SPDX-License-Identifier: GPL-2.0
"""A FIN that comes again is acknowledged again (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    c.send("FA", seq=1)
    c.expect("A", ack=2)
    w.eq("state", "CLOSE-WAIT", c.state())
