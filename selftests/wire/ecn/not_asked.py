# SPDX-License-Identifier: GPL-2.0
"""Who does not ask for ECN does not get it (RFC 3168 6.1.1)."""


def rule(w):
    w.listen()
    for flags in ("S", "SE", "SW"):
        c = w.peer()
        c.send(flags, seq=0, mss=1460)
        c.expect("SA", ecn=0)
