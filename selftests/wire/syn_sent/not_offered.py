# SPDX-License-Identifier: GPL-2.0
"""What was not offered is not taken from a SYN-ACK (RFC 7323 1.3, RFC 2018 2)."""


def rule(w):
    for name in ("sack", "timestamps", "window_scaling"):
        w.sysctl("tcp_" + name, 0)
    c = w.connecting(ws=7, sackok=True)
    w.eq("offered", ["mss"], c.first.opts)
    c.synack(ts=(1, 0))
    c.expect("A", seq=1, ack=1, opts=[])
    i = c.info()
    w.eq("taken", 0, i.options & 7)
    w.eq("scale", 0, i.snd_wscale)
