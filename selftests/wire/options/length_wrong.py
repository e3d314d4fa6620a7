# SPDX-License-Identifier: GPL-2.0
"""A known option of a wrong length is not taken (RFC 9293 3.2)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("S", seq=0, opts=bytes((2, 3, 9, 3, 4, 9, 9, 4, 3, 9, 8, 9, 1, 1, 1, 1, 2, 2, 2, 1)))
    c.expect("SA", opts=["mss"])
    c.send("A", seq=1)
    c.accepted(w.listeners[80])
    w.eq("MSS", 536, c.info().snd_mss)
