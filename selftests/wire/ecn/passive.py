# SPDX-License-Identifier: GPL-2.0
"""Who asks for ECN gets it (RFC 3168 6.1.1)."""


def rule(w):
    w.listen()
    c = w.peer(ecn=True)
    c.syn()
    c.expect("SAE", ecn=0)
