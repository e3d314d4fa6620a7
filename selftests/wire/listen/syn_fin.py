# SPDX-License-Identifier: GPL-2.0
"""A listener makes nothing of SYN+FIN (RFC 9293 3.10.7.2)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.send("SF", seq=0)
    c.silent()
