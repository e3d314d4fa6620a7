# SPDX-License-Identifier: GPL-2.0
"""A cookie without data opens the connection as data would (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie))
    c.expect("SA", seq=0, ack=1)
    c.accepted(s)
    c.write(b"greeting")
    c.expect("A", seq=1, data=b"greeting")
