# SPDX-License-Identifier: GPL-2.0
"""TCP_MAXSEG lowers what we send and what we say (RFC 9293 3.7.1)."""


def rule(w):
    c = w.connecting(opts=[(6, 2, 600)])
    w.eq("MSS", 600, c.first.mss)
    c.synack()
    c.expect("A")
    c.write(2000)
    c.expect("A", seq=1, len=600)
