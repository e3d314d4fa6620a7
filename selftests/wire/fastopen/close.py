# SPDX-License-Identifier: GPL-2.0
"""A server may close before the handshake is over: FIN follows its end (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", ack=9)
    c.accepted(s)
    c.read(8)
    c.write(b"answer")
    c.expect("A", seq=1, len=6)
    c.close()
    c.send("A", ack=7)
    c.expect("FA", seq=7, ack=9)
