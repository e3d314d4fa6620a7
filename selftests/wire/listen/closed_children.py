# SPDX-License-Identifier: GPL-2.0
"""A listener that closes resets whom nobody has accepted (RFC 9293 3.10.4)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("A")
    c.in_state("ESTABLISHED")
    s.close()
    c.expect("RA", seq=1, ack=1)
    c.gone()
