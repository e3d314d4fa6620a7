# SPDX-License-Identifier: GPL-2.0
"""Where the ACK of the handshake is lost the data behind it serves (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("A", seq=1461, data=100)
    c.expect("A", ack=1)
    c.accepted(s)
    c.send("A", seq=1, data=1460)
    c.expect("A", ack=1561)
    c.read(1560)
