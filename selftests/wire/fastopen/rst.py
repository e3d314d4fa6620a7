# SPDX-License-Identifier: GPL-2.0
"""A RST ends a connection that was opened so (RFC 7413 4.2.1, RFC 9293 3.10.7.4 step 2)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.peer()
    c.syn(raw=cookie_option(cookie), data=b"question")
    c.expect("SA", ack=9)
    c.accepted(s)
    c.read(8)
    c.send("R", seq=9)
    c.error("ECONNRESET")
    c.gone()
