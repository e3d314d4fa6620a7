# SPDX-License-Identifier: GPL-2.0
"""Of urgent data the byte before the pointer is out of band (RFC 6093 2.1, 6.1)."""


def rule(w):
    c = w.accept()
    c.send("PAU", data=b"abcd", urp=3)
    c.expect("A", ack=5)
    w.eq("out of band", b"c", c.sock.recv(1, 1))
    w.eq("program reads", b"ab", c.sock.recv(10))
    w.eq("program reads", b"d", c.sock.recv(10))
