# SPDX-License-Identifier: GPL-2.0
"""Odd bytes early, then even ones: all of it arrives (RFC 9293 3.10.7.4 step 7)."""


def rule(w):
    c = w.accept()
    text = b"every byte has its place"
    for i in [*range(1, len(text), 2), *range(0, len(text), 2)]:
        c.send("PA", seq=1 + i, data=text[i:i + 1])
        c.expect("A")
    w.eq("acknowledged", 1 + len(text), c.told)
    w.eq("program reads", text, c.read(len(text)))
