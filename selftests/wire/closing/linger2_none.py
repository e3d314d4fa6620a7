# SPDX-License-Identifier: GPL-2.0
"""TCP_LINGER2 -1: what is in FIN-WAIT-2 is reset when the program closes it (tcp(7))."""

TCP_LINGER2 = 8


def rule(w):
    c = w.accept(opts=[(6, TCP_LINGER2, -1)])
    before = w.count("TcpExtTCPAbortOnLinger")
    c.shutdown()
    c.expect("FA", seq=1)
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.close()
    c.expect("RA", seq=2)
    c.gone()
    w.eq("counted", before + 1, w.count("TcpExtTCPAbortOnLinger"))
