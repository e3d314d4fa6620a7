# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK without a scale ends it for both directions (RFC 7323 2.2)."""


def rule(w):
    c = w.connect()
    i = c.info()
    w.true("our SYN offered one", c.first.ws is not None)
    w.eq("scales", (0, 0), (i.snd_wscale, i.rcv_wscale))
    w.eq("options", 0, i.options & 7)
