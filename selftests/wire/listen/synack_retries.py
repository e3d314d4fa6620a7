# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK is sent again as often as it may be, ever later (RFC 6298 2.1, 5.5)."""


def rule(w):
    w.sysctl("tcp_synack_retries", 1)
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.expect("SA", seq=0, ack=1, after=0.9)
    c.gone()
    c.silent()
    c.send("A", seq=1, ack=1)
    c.expect("R", seq=1)
