# SPDX-License-Identifier: GPL-2.0
"""A SYN cookie keeps MSS, window scale, SACK and timestamps (RFC 4987 3.6)."""


def rule(w):
    w.sysctl("tcp_syncookies", 2)
    c = w.accept(mss=1300, ws=5, sackok=True, ts=True)
    w.eq("cookies that came back", 1, w.count("TcpExtSyncookiesRecv"))
    i = c.info()
    w.eq("MSS", 1300 - 12, i.snd_mss)
    w.eq("options", 7, i.options & 7)
    w.eq("window scale", 5, i.snd_wscale)
    c.alive()
