# SPDX-License-Identifier: GPL-2.0
"""Who closes last has no TIME-WAIT (RFC 9293 3.6 case 2)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    c.close()
    c.expect("FA", seq=1)
    c.send("A", ack=2)
    c.gone()
    c.send("FA", seq=1, ack=2)
    c.expect("R", seq=2)
