# SPDX-License-Identifier: GPL-2.0
"""In CLOSING the FIN is sent again (RFC 6298 5)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1)
    c.send("FA", ack=1)
    c.expect("A", seq=2, ack=2)
    c.expect("FA", seq=1, ack=2)
    c.send("A", ack=2)
    c.in_state("TIME-WAIT")
