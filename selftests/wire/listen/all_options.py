# SPDX-License-Identifier: GPL-2.0
"""The order of the options is the one middleboxes know, each once (RFC 7323 2.2, 3.2, RFC 2018 2)."""


def rule(w):
    w.listen()
    c = w.peer(ws=7, sackok=True, ts=500)
    c.syn(ts=(500, 0))
    c.expect("SA", ack=1, opts=["mss", "sackok", "ts", "ws"], ecr=500)
