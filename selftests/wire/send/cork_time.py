# SPDX-License-Identifier: GPL-2.0
"""A cork holds for no more than a fifth of a second, or a little (tcp(7))."""


def rule(w):
    c = w.accept()
    c.opt(6, 3, 1)  # TCP_CORK
    c.write(100)
    c.expect("A", seq=1, len=100, after=0.15)
