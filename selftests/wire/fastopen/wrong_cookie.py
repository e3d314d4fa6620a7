# SPDX-License-Identifier: GPL-2.0
"""With a wrong cookie the SYN alone is acknowledged, and the right one told (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(bytes(8)), data=b"question")
    c.expect("SA", seq=0, ack=1, cookie=cookie)
    c.send("PA", seq=1, data=b"question")
    c.accepted(s)
    w.eq("program reads", b"question", c.read(8))
