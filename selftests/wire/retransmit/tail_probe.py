# SPDX-License-Identifier: GPL-2.0
"""The tail of a flight that nobody acknowledges is probed before the timeout (RFC 8985 7.3)."""


def rule(w):
    # So that the timeout is far behind the probe.
    c = w.accept(sackok=True, rtt=0.5)
    c.write(1000)
    c.expect("A", seq=1, len=1000)
    c.send("A", ack=1001)
    c.write(4380)
    for _ in range(3):
        c.expect("A", len=1460)
    c.expect("A", seq=3921, len=1460)
    w.eq("probes", 1, w.count("TcpExtTCPLossProbes"))
    w.eq("timeouts", 0, w.count("TcpExtTCPTimeouts"))
