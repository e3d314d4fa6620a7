# SPDX-License-Identifier: GPL-2.0
"""At a window of zero ACKs still count (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=500)
        seg = c.expect("A")
    end = c.told
    c.write(b"x" * 10)
    c.expect("A", seq=1, len=10, win=0)
    c.send("A", seq=end, ack=11)
    w.wait("acknowledged", lambda: c.info().unacked == 0)
