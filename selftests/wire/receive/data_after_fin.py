# SPDX-License-Identifier: GPL-2.0
"""Data behind the FIN is no data (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    c.send("PA", seq=2, data=b"more")
    c.drain()
    c.eof()
    w.eq("acknowledged", 2, c.told)
