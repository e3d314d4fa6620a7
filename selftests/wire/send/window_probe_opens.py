# SPDX-License-Identifier: GPL-2.0
"""The answer to a probe may open the window by the ACK of its byte or without (RFC 9293 3.8.6.1)."""


def rule(w):
    c = w.accept(answer={"win": 0})
    c.write(1460)
    c.expect("A", len=0)
    c.send("A", win=65535)
    seg = c.expect("A", seq=1)
    c.send("A", ack=1 + seg.len)
