# SPDX-License-Identifier: GPL-2.0
"""A window scale above 14 counts as 14 (RFC 7323 2.3)."""


def rule(w):
    c = w.accept(ws=200)
    w.eq("scale", 14, c.info().snd_wscale)
