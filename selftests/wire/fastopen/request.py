# SPDX-License-Identifier: GPL-2.0
"""An empty cookie option asks for a cookie, of 4 to 16 bytes (RFC 7413 4.1.1, 4.1.2)."""

from wire import cookie_option


def rule(w):
    _, cookie = w.fast_listen()
    w.true("4 to 16 bytes, even", 4 <= len(cookie) <= 16 and len(cookie) % 2 == 0)
    c = w.peer()
    c.syn(raw=cookie_option(b""))
    c.expect("SA", ack=1, cookie=cookie)
