# SPDX-License-Identifier: GPL-2.0
"""A listener without TCP_FASTOPEN gives no cookie (RFC 7413 4.1.2)."""

from wire import cookie_option


def rule(w):
    w.sysctl("tcp_fastopen", 3)
    w.listen()
    c = w.peer()
    c.syn(raw=cookie_option(b""), data=b"question")
    c.expect("SA", seq=0, ack=1, cookie=None)
