# SPDX-License-Identifier: GPL-2.0
"""Without SACK permitted no block is sent (RFC 2018 2)."""


def rule(w):
    c = w.accept()
    c.send("A", seq=1001, data=500)
    c.expect("A", ack=1, opts=[])
