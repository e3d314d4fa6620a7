# SPDX-License-Identifier: GPL-2.0
"""A client without a cookie asks for one, with no data on its SYN (RFC 7413 4.1.3)."""

from wire import cookie_option


def rule(w):
    c = w.connecting(data=b"question")
    w.eq("cookie, data", (b"", 0), (c.first.cookie, c.first.len))
    c.synack(raw=cookie_option(b"ABCDEFGH"))
    c.expect("A", seq=1, ack=1)
    c.written()
    w.eq("options", 0, c.info().options & 32)
