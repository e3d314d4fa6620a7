# SPDX-License-Identifier: GPL-2.0
"""A listener that closes takes its half-open connections along (RFC 9293 3.10.4)."""


def rule(w):
    s = w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    s.close()
    c.gone()
    c.send("A", seq=1)
    c.expect("R", seq=1)
