# SPDX-License-Identifier: GPL-2.0
"""In SYN-RECEIVED of an active open a wrong ACK gets a RST with its number (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.send("A", seq=1, ack=500)
    c.expect("R", seq=500)
    w.eq("state", "SYN-RECEIVED", c.state())
    c.send("A", seq=1, ack=1)
    c.written()
