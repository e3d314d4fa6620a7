# SPDX-License-Identifier: GPL-2.0
"""A SYN is answered by a SYN-ACK that says the MSS (RFC 9293 3.10.7.2, 3.7.1)."""


def rule(w):
    w.listen()
    c = w.peer(mss=None)
    c.syn()
    c.expect("SA", ack=1, opts=["mss"], mss=1460, len=0, ecn=0, df=True)
