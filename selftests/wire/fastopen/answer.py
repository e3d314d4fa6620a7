# SPDX-License-Identifier: GPL-2.0
"""The answer need not wait for the end of the handshake (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", seq=0, ack=9)
    c.accepted(s)
    c.write(b"answer")
    c.expect("A", seq=1, ack=9, data=b"answer")
    c.send("A")
    c.in_state("ESTABLISHED")
