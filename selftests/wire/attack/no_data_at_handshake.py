# SPDX-License-Identifier: GPL-2.0
"""A handshake whose ACK is for another SYN-ACK makes no connection (RFC 9293 3.10.7.4 step 5)."""


def rule(w):
    s = w.listen()
    s.setblocking(False)
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("PA", ack=2, data=b"blind")
    c.expect("R", seq=2)
    try:
        s.accept()
        w.true("nobody to accept", False)
    except BlockingIOError:
        pass
