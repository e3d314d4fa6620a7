# SPDX-License-Identifier: GPL-2.0
"""A probe of a closed window is answered, and its byte not taken (RFC 9293 3.8.6.1)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=500)
        seg = c.expect("A")
    end = c.told
    for _ in range(3):
        c.send("A", seq=end, data=b"?")
        c.expect("A", ack=end, win=0)
    c.send("A", seq=end - 1)
    c.expect("A", ack=end, win=0)
