# SPDX-License-Identifier: GPL-2.0
"""A cookie of another length is a wrong one, or none (RFC 7413 4.1.1)."""

from wire import cookie_option


def rule(w):
    _, cookie = w.fast_listen()
    for wrong in (cookie[:4], cookie + b"1234", cookie * 2):
        c = w.peer()
        c.syn(raw=cookie_option(wrong), data=b"question")
        c.expect("SA", seq=0, ack=1)
