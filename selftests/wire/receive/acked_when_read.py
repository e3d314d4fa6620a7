# SPDX-License-Identifier: GPL-2.0
"""A short segment is acknowledged when the program has read it and all before (as Linux does)."""


def rule(w):
    c = w.accept()
    # The first ones are acknowledged at once.
    for _ in range(20):
        c.send("PA", data=10)
        c.read(10)
        c.expect("A", ack=c.nxt)
    for _ in w.tries():
        before = w.count("TcpExtDelayedACKs")
        c.send("PA", data=10)
        c.read(10)
        c.expect("A", ack=c.nxt)
        # Else the timer was faster than the program.
        if w.count("TcpExtDelayedACKs") == before:
            return
