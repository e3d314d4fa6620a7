# SPDX-License-Identifier: GPL-2.0
"""FIN and the ACK of ours in one segment lead to TIME-WAIT at once (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1)
    c.send("FA", ack=2)
    c.expect("A", seq=2, ack=2)
    w.eq("state", "TIME-WAIT", c.state())
