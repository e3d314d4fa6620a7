# SPDX-License-Identifier: GPL-2.0
"""A timestamp that was not agreed on is not looked at (RFC 7323 3.2)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"x", ts=(5000, 1))
    c.expect("A", ack=2, opts=[])
    c.send("PA", data=b"y", ts=(1, 1))
    c.expect("A", ack=3, opts=[])
