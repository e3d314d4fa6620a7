# SPDX-License-Identifier: GPL-2.0
"""A block may cover the FIN (RFC 2018 3)."""


def rule(w):
    c = w.accept(sackok=True, rtt=0.6)
    c.write(2920)
    c.shutdown()
    w.wait("FIN", lambda: any("F" in s.flags for s in c.drain()))
    c.send("A", ack=1, sack=[(1461, 2922)])
    c.expect("A", seq=1, len=1460)
    c.send("A", ack=2922)
    c.in_state("FIN-WAIT-2")
