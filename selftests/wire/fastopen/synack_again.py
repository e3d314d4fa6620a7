# SPDX-License-Identifier: GPL-2.0
"""A SYN-ACK that is not acknowledged is sent again (RFC 7413 4.2.1, RFC 6298 5)."""

from wire import cookie_option


def rule(w):
    _, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", seq=0, ack=9)
    c.expect("SA", seq=0, ack=9, after=0.9)
