# SPDX-License-Identifier: GPL-2.0
"""A cookie is good for the address that it was given to (RFC 7413 4.1.2)."""

from wire import cookie_option


def rule(w):
    _, cookie = w.fast_listen()
    c = w.peer(us="10.0.0.77")
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", seq=0, ack=1, cookie=lambda got: got and got != cookie)
