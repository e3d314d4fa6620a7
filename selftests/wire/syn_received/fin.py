# SPDX-License-Identifier: GPL-2.0
"""CLOSE of an active open in SYN-RECEIVED sends FIN when established (RFC 9293 3.10.4)."""

LINUX = "sends it at once"


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.close()
    c.silent()
    c.send("A", seq=1, ack=1)
    c.expect("FA", seq=1, ack=1)
    c.send("A", seq=1, ack=2)
    c.in_state("FIN-WAIT-2")
