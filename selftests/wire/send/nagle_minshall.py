# SPDX-License-Identifier: GPL-2.0
"""Behind full segments a short one does not wait (draft-minshall-nagle)."""


def rule(w):
    c = w.accept()
    c.write(1560)
    c.expect("A", seq=1, len=1460)
    c.expect("A", seq=1461, len=100, psh=True)
