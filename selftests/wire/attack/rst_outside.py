# SPDX-License-Identifier: GPL-2.0
"""A RST outside of the window is ignored in silence (RFC 5961 3.2)."""


def rule(w):
    c = w.accept()
    for seq in (0, -1, 70000, 1 << 30, -(1 << 30)):
        c.send("R", seq=seq)
    c.silent()
    c.nxt = 1
    c.alive()
