# SPDX-License-Identifier: GPL-2.0
"""What stands behind the end of the list is no option (RFC 9293 3.2)."""


def rule(w):
    c = w.peer()
    w.listen()
    c.send("S", seq=0, opts=bytes((2, 4, 2, 188, 0, 3, 3, 7)))
    c.expect("SA", opts=["mss"])
