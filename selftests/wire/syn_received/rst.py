# SPDX-License-Identifier: GPL-2.0
"""A RST with the next number ends a half-open connection (RFC 9293 3.10.7.4 step 2)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("R", seq=1)
    c.gone()
    c.send("A", seq=1)
    c.expect("R", seq=1)
