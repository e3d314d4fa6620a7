# SPDX-License-Identifier: GPL-2.0
"""FIN on the ACK that completes the handshake leads to CLOSE-WAIT (RFC 9293 3.10.7.4 step 8)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("FA", seq=1)
    c.expect("A", ack=2)
    c.accepted(s)
    c.eof()
    w.eq("state", "CLOSE-WAIT", c.state())
