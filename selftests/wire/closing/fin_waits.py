# SPDX-License-Identifier: GPL-2.0
"""FIN waits behind data that the window holds back (RFC 9293 3.10.4)."""


def rule(w):
    c = w.accept(answer={"win": 0})
    c.write(100)
    c.close()
    c.expect("A", seq=0, len=0)
    w.eq("state", "FIN-WAIT-1", c.state())
    c.send("A", win=5000)
    c.expect("FA", seq=1, len=100)
