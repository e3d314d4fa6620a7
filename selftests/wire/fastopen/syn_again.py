# SPDX-License-Identifier: GPL-2.0
"""Where the SYN-ACK was lost the SYN comes again, and so does its answer (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", seq=0, ack=9)
    c.syn(raw=cookie_option(cookie), data=b"question")
    seg = c.next()
    w.eq("acknowledged", 9, seg.acks)
    c.accepted(s)
    w.eq("program reads", b"question", c.read(8))
