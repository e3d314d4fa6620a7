# SPDX-License-Identifier: GPL-2.0
"""A SYN cookie keeps that ECN was agreed on (RFC 4987 3.6, RFC 3168 6.1.1)."""


def rule(w):
    w.sysctl("tcp_syncookies", 2)
    c = w.ecn(sackok=True, ts=True)
    w.eq("cookies that came back", 1, w.count("TcpExtSyncookiesRecv"))
    c.send("PA", data=b"x", ecn=3)
    c.expect("AE", ack=2)
