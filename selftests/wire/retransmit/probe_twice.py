# SPDX-License-Identifier: GPL-2.0
"""A D-SACK of the tail loss probe shows that nothing was lost (RFC 8985 7.4.2)."""


def rule(w):
    c = w.accept(sackok=True)
    c.write(4380)
    w.eq("the tail again", 2921, [c.expect("A") for _ in range(4)][-1].start)
    cwnd = w.count("TcpExtTCPLossProbeRecovery")
    c.send("A", ack=4381)
    c.send("A", ack=4381, sack=[(2921, 4381)])
    w.settle()
    w.eq("reductions", cwnd, w.count("TcpExtTCPLossProbeRecovery"))
    c.alive()
