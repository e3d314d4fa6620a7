# SPDX-License-Identifier: GPL-2.0
"""No more is in flight than the window allows (RFC 9293 3.8.6)."""


def rule(w):
    c = w.accept(rtt=0.6, win=4000)
    c.write(30000)
    c.expect("A", seq=1, len=1460)
    c.expect("A", seq=1461, len=1460)
    c.silent()
    c.send("A", ack=2921)
    c.expect("A", seq=2921, len=1460)
    c.expect("A", seq=4381, len=1460)
    c.silent()
