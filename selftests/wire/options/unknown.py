# SPDX-License-Identifier: GPL-2.0
"""Unknown options are passed over, wherever they are (RFC 9293 3.2)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("S", seq=0, opts=bytes((99, 4, 1, 2, 2, 4, 2, 188, 253, 6, 1, 2, 3, 4, 1, 1)))
    c.expect("SA")
    c.send("PA", seq=1, data=b"data", opts=bytes((77, 5, 1, 2, 3, 1, 1, 1)))
    c.expect("A", ack=5)
    c.accepted(w.listeners[80])
    w.eq("MSS", 700, c.info().snd_mss)
    c.read(4)
