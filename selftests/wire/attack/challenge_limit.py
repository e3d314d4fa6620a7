# SPDX-License-Identifier: GPL-2.0
"""tcp_challenge_ack_limit bounds them for all connections (RFC 5961 7)."""


def rule(w):
    w.sysctl("tcp_challenge_ack_limit", 2)
    conns = [w.accept() for _ in range(12)]
    for c in conns:
        c.send("R", seq=101)
    n = sum(len(c.drain()) for c in conns)
    w.true("%d answers to 12 of them" % n, n <= 8)
    w.eq("counted", n, w.count("TcpExtTCPChallengeACK"))
