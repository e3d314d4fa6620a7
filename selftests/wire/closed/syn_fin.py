# SPDX-License-Identifier: GPL-2.0
"""SYN and FIN in one segment take a number each (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("SF", seq=0)
    c.expect("RA", seq=0, ack=2)
