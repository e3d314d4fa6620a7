# SPDX-License-Identifier: GPL-2.0
"""A tail loss probe is new data where there is some (RFC 8985 7.3)."""


def rule(w):
    # On a path this long a super-packet is two segments: five of them fill the initial window.
    c = w.accept(sackok=True, rtt=0.1)
    c.write(30000)
    w.eq("first flight", 10, len([c.expect("A") for _ in range(10)]))
    c.expect("A", seq=14601, len=1460)
    w.eq("probes", 1, w.count("TcpExtTCPLossProbes"))
