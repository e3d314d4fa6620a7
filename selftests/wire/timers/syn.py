# SPDX-License-Identifier: GPL-2.0
"""A SYN that nobody answers is sent again after one second, then two (RFC 6298 2.1, 5.5)."""


def rule(w):
    c = w.connecting()
    for after in (0.99, 2.99):
        seg = c.next()
        w.eq("the same SYN", ("S", 0), (seg.flags, seg.start))
        w.true("not before %s s" % after, seg.t - c.t0 >= after)
    w.eq("counted", 2, w.count("TcpExtTCPSynRetrans"))
