# SPDX-License-Identifier: GPL-2.0
"""MSG_MORE holds a short segment back until there is more (send(2))."""


def rule(w):
    MSG_MORE = 0x8000
    c = w.accept(rtt=0.6)
    c.write(b"one", MSG_MORE)
    c.silent()
    c.write(b"two")
    c.expect("A", seq=1, data=b"onetwo")
