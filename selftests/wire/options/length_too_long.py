# SPDX-License-Identifier: GPL-2.0
"""An option that reaches beyond the header ends the list (RFC 9293 3.2)."""


def rule(w):
    w.listen()
    for kind in (2, 3, 4, 5, 8, 99):
        c = w.peer()
        c.send("S", seq=0, opts=bytes((2, 4, 2, 188, kind, 40, 3, 3)))
        c.expect("SA", opts=["mss"])
