# SPDX-License-Identifier: GPL-2.0
"""A FIN that is not acknowledged is sent again, ever later (RFC 6298 5)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1)
    c.expect("FA", seq=1, after=0.19)
    c.expect("FA", seq=1, after=0.39)
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
