# SPDX-License-Identifier: GPL-2.0
"""A timeout sends the first segment again, no others (RFC 6298 5.4, RFC 5681 3.1)."""


def rule(w):
    c = w.accept()
    c.write(14600)
    w.eq("first flight", 10, len([c.expect("A") for _ in range(10)]))
    w.wait("a timeout", lambda: w.count("TcpExtTCPTimeouts"))
    again = [s.start for s in c.drain()]
    w.eq("the last thing sent", 1, again[-1])
    w.true("at most a probe before: %s" % again, len(again) <= 2)
