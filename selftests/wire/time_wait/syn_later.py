# SPDX-License-Identifier: GPL-2.0
"""A SYN beyond the old numbers opens the connection anew (RFC 9293 3.6.1, RFC 6191 2)."""


def rule(w):
    c = w.time_wait()
    n = w.peer(iss=c.iss + 1000)
    n.ours, c.ours = c.ours, 0
    n.syn()
    seg = n.expect("SA", seq=0, ack=1)
    w.true("beyond what we sent before", 0 < (seg.seq - (c.irs + 2)) & 0xffffffff < 1 << 31)
    n.send("A")
    n.accepted(w.listeners[80])
    n.alive()
