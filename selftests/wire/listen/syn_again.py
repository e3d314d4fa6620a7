# SPDX-License-Identifier: GPL-2.0
"""The same SYN again gets the same SYN-ACK again (RFC 9293 3.8.1)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    first = c.expect("SA", seq=0, ack=1)
    c.syn()
    c.expect("SA", seq=0, ack=1, mss=first.mss, win=first.win)
