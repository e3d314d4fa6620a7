# SPDX-License-Identifier: GPL-2.0
"""CLOSE with data unread sends a RST instead of FIN (RFC 2525 2.17)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"never read")
    c.expect("A", ack=11)
    c.close()
    c.expect("RA", seq=1, ack=11)
    c.gone()
