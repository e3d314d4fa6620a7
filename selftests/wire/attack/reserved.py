# SPDX-License-Identifier: GPL-2.0
"""Reserved bits are not looked at (RFC 9293 3.1)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"x", reserved=14)
    c.expect("A", ack=2)
    c.read(1)
