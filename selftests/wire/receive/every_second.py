# SPDX-License-Identifier: GPL-2.0
"""At least every second full segment is acknowledged at once (RFC 9293 3.8.6.3, RFC 5681 4.2)."""


def rule(w):
    c = w.accept()
    # It has to be known first how long full segments are.
    for _ in range(4):
        c.send("A", data=1460)
        c.read(1460)
    c.drain()
    c.opt(6, 12, 0)  # TCP_QUICKACK
    # On a slow machine an ACK may be due for its time between the two: that tells nothing.
    for _ in w.tries():
        waited = w.count("TcpExtDelayedACKs")
        c.send("A", data=1460)
        c.send("A", data=1460)
        c.read(2920)
        acks = [s.acks for s in c.drain()]
        if w.count("TcpExtDelayedACKs") == waited:
            w.eq("acknowledged", [c.nxt], acks[-1:])
            break
