# SPDX-License-Identifier: GPL-2.0
"""In CLOSE-WAIT the program still sends (RFC 9293 3.10.2)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    c.write(b"still")
    c.expect("A", seq=1, data=b"still")
    c.send("A", ack=6)
    c.close()
    c.expect("FA", seq=6, ack=2)
    c.send("A", ack=7)
    c.gone()
