# SPDX-License-Identifier: GPL-2.0
"""What is in flight beyond a window that shrank is sent again all the same (RFC 9293 3.8.6)."""


def rule(w):
    c = w.accept()
    c.write(4380)
    for seq in (1, 1461, 2921):
        c.expect("A", seq=seq)
    c.send("A", ack=1461, win=1460)
    while (seg := c.expect("A")).start != 1461:
        pass
    c.send("A", ack=2921, win=1460)
    while (seg := c.expect("A")).start != 2921:
        pass
    c.send("A", ack=4381)
    c.alive()
