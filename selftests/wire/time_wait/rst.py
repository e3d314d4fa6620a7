# SPDX-License-Identifier: GPL-2.0
"""A RST does not end TIME-WAIT (RFC 1337 3)."""

LINUX = "tcp_rfc1337 0: it does"


def rule(w):
    c = w.time_wait()
    c.send("R")
    c.silent()
    w.eq("state", "TIME-WAIT", c.state())
