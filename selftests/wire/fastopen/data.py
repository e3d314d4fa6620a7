# SPDX-License-Identifier: GPL-2.0
"""With its cookie the data on a SYN is taken at once (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", seq=0, ack=9, cookie=None)
    c.accepted(s)
    w.eq("program reads", b"question", c.read(8))
    w.eq("state", "SYN-RECEIVED", c.state())
    c.send("A")
    c.in_state("ESTABLISHED")
    c.alive()
