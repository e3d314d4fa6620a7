# SPDX-License-Identifier: GPL-2.0
"""A mark on the very segment that has CWR is a new one (RFC 3168 6.1.3)."""


def rule(w):
    c = w.ecn()
    c.send("PA", data=b"x", ecn=3)
    c.expect("AE", ack=2)
    c.send("PAW", data=b"y", ecn=3)
    c.expect("AE", ack=3)
    c.send("PAW", data=b"z", ecn=2)
    c.expect("A", ack=4)
