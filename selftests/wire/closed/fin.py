# SPDX-License-Identifier: GPL-2.0
"""A FIN without ACK that nobody listens for counts as a byte in the answer (RFC 9293 3.10.7.1)."""


def rule(w):
    c = w.peer()
    c.send("F", seq=9)
    c.expect("RA", seq=0, ack=10)
    c.send("FA", seq=9, ack=99)
    c.expect("R", seq=99)
