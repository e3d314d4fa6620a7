# SPDX-License-Identifier: GPL-2.0
"""Where a SYN may follow on a TIME-WAIT (RFC 6191 2), its data is taken at once (RFC 7413 4.2.1)."""

from wire import cookie_option


def rule(w):
    s, cookie = w.fast_listen()
    c = w.time_wait()
    n = w.peer(iss=c.iss + 1000)
    n.ours, c.ours = c.ours, 0
    n.syn(raw=cookie_option(cookie), data=b"question")
    n.expect("SA", seq=0, ack=9, cookie=None)
    n.accepted(s)
    w.eq("program reads", b"question", n.read(8))
    w.eq("state", "SYN-RECEIVED", n.state())
    n.send("A")
    n.in_state("ESTABLISHED")
    n.alive()
