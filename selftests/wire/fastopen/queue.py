# SPDX-License-Identifier: GPL-2.0
"""Beyond the queue of TCP_FASTOPEN a SYN is an ordinary one (RFC 7413 5.1)."""

from wire import cookie_option


def rule(w):
    _, cookie = w.fast_listen(qlen=1)
    a, b = w.peer(), w.peer()
    a.syn(raw=cookie_option(cookie), data=b"question")
    a.expect("SA", ack=9)
    b.syn(raw=cookie_option(cookie), data=b"question")
    b.expect("SA", ack=1)
    w.eq("counted", 1, w.count("TcpExtTCPFastOpenListenOverflow"))
