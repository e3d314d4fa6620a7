# SPDX-License-Identifier: GPL-2.0
"""A segment without any flag is answered as one without ACK (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("", seq=5, data=b"1234")
    c.expect("RA", seq=0, ack=9)
