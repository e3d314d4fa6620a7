# SPDX-License-Identifier: GPL-2.0
"""What came early gives way to what is due (RFC 2018 8)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)], sackok=True)  # SO_RCVBUF
    for seq in range(2001, 8001, 20):
        c.send("A", seq=seq, data=b"x")
        w.pump(0)
    for seq in range(1, 2001, 500):
        c.send("A", seq=seq, data=500)
    w.wait("all of it to be acknowledged", lambda: c.drain() and c.told == 2001)
    c.read(2000)
