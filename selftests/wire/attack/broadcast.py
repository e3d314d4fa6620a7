# SPDX-License-Identifier: GPL-2.0
"""What was sent to a broadcast or multicast address is no segment (RFC 9293 3.9.2.3, MUST-57)."""


def rule(w):
    w.listen()
    c = w.peer()
    for dst in ("10.0.0.255", "255.255.255.255", "224.0.0.1"):
        c.send("S", seq=0, dst=dst, mss=1460)
        c.send("A", seq=0, ack=5, dst=dst)
    w.eq("answer", None, w.strange())
    c.silent()
