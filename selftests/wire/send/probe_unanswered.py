# SPDX-License-Identifier: GPL-2.0
"""A closed window whose probes nobody answers is given up (RFC 9293 3.8.3)."""


def rule(w):
    w.sysctl("tcp_retries2", 2)
    c = w.accept(answer={"win": 0})
    c.write(1000)
    c.expect("A", len=0)
    c.expect("A", len=0)
    c.error("ETIMEDOUT")
    c.gone()
