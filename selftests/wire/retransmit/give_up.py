# SPDX-License-Identifier: GPL-2.0
"""After tcp_retries2 timeouts the connection is over (RFC 9293 3.8.3)."""


def rule(w):
    w.sysctl("tcp_retries2", 2)
    c = w.accept()
    c.write(1000)
    c.error("ETIMEDOUT")
    copies = len([s for s in c.drain() if s.start == 1])
    w.true("%d copies" % copies, 3 <= copies <= 5)
    c.gone()
