# SPDX-License-Identifier: GPL-2.0
"""An ACK of a FIN that was not sent is no such ACK (RFC 9293 3.10.7.4 step 5)."""

LINUX = "does not answer"


def rule(w):
    c = w.accept()
    c.send("A", ack=2)
    c.expect("A", seq=1, ack=1)
    w.eq("state", "ESTABLISHED", c.state())
