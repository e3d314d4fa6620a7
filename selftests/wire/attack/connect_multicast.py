# SPDX-License-Identifier: GPL-2.0
"""No connection to a broadcast or multicast address (RFC 9293 3.9.2.3, MUST-57)."""


def rule(w):
    for dst in ("224.0.0.1", "255.255.255.255"):
        s = w.socket()
        try:
            s.connect((dst, 80))
            w.true("an error", False)
        except OSError as e:
            w.note("connect: %s" % e)
    w.eq("sent", None, w.strange())
