# SPDX-License-Identifier: GPL-2.0
"""A closed window is probed, ever later (RFC 9293 3.8.6.1)."""


def rule(w):
    c = w.accept(answer={"win": 0})
    c.write(100)
    for after in (0.2, 0.6, 1.4):
        c.expect("A", seq=0, len=0, ack=1, after=after)
    c.send("A", win=1000)
    c.expect("A", seq=1, len=100)
