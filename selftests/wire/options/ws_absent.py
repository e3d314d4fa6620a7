# SPDX-License-Identifier: GPL-2.0
"""Without a window scale none is used in either direction (RFC 7323 2.2)."""


def rule(w):
    c = w.accept()
    i = c.info()
    w.eq("scales", (0, 0), (i.snd_wscale, i.rcv_wscale))
    w.eq("options", 0, i.options & 7)
