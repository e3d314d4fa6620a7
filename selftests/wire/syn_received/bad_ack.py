# SPDX-License-Identifier: GPL-2.0
"""An ACK that is not for the SYN-ACK gets a RST with its number (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    for ack in (0, 2, 60000):
        c.send("A", seq=1, ack=ack)
        c.expect("R", seq=ack)
    c.send("A", seq=1, ack=1)
    c.in_state("ESTABLISHED")
