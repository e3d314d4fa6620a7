# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK that comes again is acknowledged again (RFC 9293 3.10.7.4 step 1, RFC 5961 4.2)."""


def rule(w):
    c = w.connect()
    c.synack()
    c.expect("A", seq=1, ack=1)
    c.alive()
