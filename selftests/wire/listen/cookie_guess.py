# SPDX-License-Identifier: GPL-2.0
"""A number that is no cookie is reset (RFC 4987 3.6)."""


def rule(w):
    w.sysctl("tcp_syncookies", 2)
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("A", ack=1 + 0x1000000)
    c.expect("R", seq=1 + 0x1000000)
    w.eq("failed", 1, w.count("TcpExtSyncookiesFailed"))
