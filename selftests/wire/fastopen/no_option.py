# SPDX-License-Identifier: GPL-2.0
"""Data on a SYN without the option is not taken (RFC 7413 4.2.1)."""


def rule(w):
    w.fast_listen()
    c = w.peer()
    c.syn(data=b"question")
    c.expect("SA", seq=0, ack=1, cookie=None)
