# SPDX-License-Identifier: GPL-2.0
"""Why it timed out is told by the error that came last (RFC 5461 2, RFC 1122 4.2.3.9)."""


def rule(w):
    w.sysctl("tcp_retries2", 2)
    c = w.accept()
    c.write(1000)
    c.expect("A", seq=1)
    c.icmp(3, 1, seq=1)
    c.error("EHOSTUNREACH")
    c.gone()
