# SPDX-License-Identifier: GPL-2.0
"""What could not be sent before a CLOSE is sent behind it (RFC 9293 3.10.4)."""


def rule(w):
    c = w.accept(answer={"win": 1460})
    c.win = 1460
    c.write(4380)
    c.close()
    got = 0
    while got < 4380:
        seg = c.next()
        w.eq("next", 1 + got, seg.start)
        got += seg.len
        w.eq("FIN", got == 4380, "F" in seg.flags)
        c.send("A", ack=1 + got)
    c.send("A", ack=4382)
    c.in_state("FIN-WAIT-2")
