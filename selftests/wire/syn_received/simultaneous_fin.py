# SPDX-License-Identifier: GPL-2.0
"""FIN on the ACK of a simultaneous open leads to CLOSE-WAIT (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.send("FA", seq=1, ack=1)
    c.expect("A", seq=1, ack=2)
    c.in_state("CLOSE-WAIT")
