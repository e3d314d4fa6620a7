# SPDX-License-Identifier: GPL-2.0
"""A program learns of urgent data before it is there (RFC 9293 3.8.5, RFC 6093 2)."""

import select


def rule(w):
    c = w.accept()
    poll = select.poll()
    poll.register(c.sock, select.POLLPRI)
    c.send("PAU", data=b"ab", urp=5)
    c.expect("A", ack=3)
    w.eq("program reads", b"ab", c.sock.recv(10))
    c.send("PAU", data=b"cde", urp=3)
    c.expect("A", ack=6)
    w.true("urgent", poll.poll(1000))
    w.eq("out of band", b"e", c.sock.recv(1, 1))
