# SPDX-License-Identifier: GPL-2.0
"""What could not be sent before a CLOSE is sent behind it (RFC 9293 3.10.4)."""


def rule(w):
    c = w.accept(answer={"win": 1460})
    c.win = 1460
    c.write(4380)
    c.close()
    got = 0
    while got < 4380:
        seg = c.expect("FA" if got == 2920 else "A", seq=1 + got)
        if seg.len:
            got += seg.len
            c.send("A", ack=1 + got)
    c.send("A", ack=4382)
    c.in_state("FIN-WAIT-2")
