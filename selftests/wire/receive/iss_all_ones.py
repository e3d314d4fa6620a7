# SPDX-License-Identifier: GPL-2.0
"""An initial sequence number of 2^32 - 1 is one like others (RFC 9293 3.4.1)."""


def rule(w):
    c = w.accept(iss=0xffffffff)
    c.alive()
    c.send("FA")
    c.expect("A", ack=8)
    c.eof()
