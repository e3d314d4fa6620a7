# SPDX-License-Identifier: GPL-2.0
"""Data in order is delivered and acknowledged (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=1000)
    c.expect("A", seq=1, ack=1001, len=0)
    c.send("PA", data=b"tail")
    c.expect("A", ack=1005)
    c.read(1004)
