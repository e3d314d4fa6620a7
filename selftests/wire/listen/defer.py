# SPDX-License-Identifier: GPL-2.0
"""TCP_DEFER_ACCEPT: a bare ACK makes no connection, data does (tcp(7))."""


def rule(w):
    TCP_DEFER_ACCEPT = 9
    s = w.listen(opts=[(6, TCP_DEFER_ACCEPT, 10)])
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("A")
    c.silent()
    w.eq("state", "SYN-RECEIVED", c.state())
    c.send("PA", data=b"hello")
    c.expect("A", ack=6)
    c.accepted(s)
    c.read(5)
