# SPDX-License-Identifier: GPL-2.0
"""FIN on a SYN-ACK leads to CLOSE-WAIT (RFC 9293 3.10.7.3, fourth)."""

LINUX = "does not look at it"


def rule(w):
    c = w.connecting()
    c.send("SFA", seq=0, mss=1460)
    c.expect("A", seq=1, ack=2)
    c.in_state("CLOSE-WAIT")
    c.eof()
