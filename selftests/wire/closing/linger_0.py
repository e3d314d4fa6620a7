# SPDX-License-Identifier: GPL-2.0
"""CLOSE with a linger time of 0 is ABORT (RFC 9293 3.10.5)."""


def rule(w):
    c = w.accept()
    c.write(b"unsent or not")
    c.expect("A", len=13)
    c.opt(1, 13, bytes((1, 0, 0, 0, 0, 0, 0, 0)))  # SO_LINGER
    c.close()
    c.expect("RA", seq=14, ack=1)
    c.gone()
