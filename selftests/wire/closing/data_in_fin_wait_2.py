# SPDX-License-Identifier: GPL-2.0
"""Data to an orphan in FIN-WAIT-2 is answered by a RST (RFC 9293 3.6.1)."""


def rule(w):
    c = w.accept()
    c.close()
    c.expect("FA", seq=1)
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.send("PA", data=b"too late")
    seg = c.next()
    w.eq("RST", (True, 2), ("R" in seg.flags, seg.start))
    c.gone()
