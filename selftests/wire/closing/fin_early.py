# SPDX-License-Identifier: GPL-2.0
"""A FIN ahead of missing data does not close before that has come (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.shutdown()
    c.expect("FA")
    c.send("A", ack=2)
    c.send("FA", seq=101, ack=2)
    c.expect("A", seq=2, ack=1)
    w.eq("state", "FIN-WAIT-2", c.state())
    c.send("PA", seq=1, ack=2, data=100)
    c.expect("A", seq=2, ack=102)
    w.eq("state", "TIME-WAIT", c.state())
