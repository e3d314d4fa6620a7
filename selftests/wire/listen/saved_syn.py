# SPDX-License-Identifier: GPL-2.0
"""TCP_SAVE_SYN: a child of Fast Open or a handshake tells the headers of its SYN, once (tcp(7))."""

TCP_SAVE_SYN, TCP_SAVED_SYN = 27, 28


def told(w, c, headers):
    w.eq("the child has the option", 1, c.sock.getsockopt(6, TCP_SAVE_SYN))
    try:
        c.sock.getsockopt(6, TCP_SAVED_SYN, len(headers) - 1)
        w.true("no room, no answer", False)
    except OSError as e:
        w.eq("no room", "Invalid argument", e.strerror)
    w.eq("TCP_SAVED_SYN", headers, c.sock.getsockopt(6, TCP_SAVED_SYN, 256))
    w.eq("... again", b"", c.sock.getsockopt(6, TCP_SAVED_SYN, 256))


def rule(w):
    s = w.listen(opts=[(6, TCP_SAVE_SYN, 1)])
    w.eq("of a listener", b"", s.getsockopt(6, TCP_SAVED_SYN, 256))
    c = w.peer(ws=7, sackok=True, ts=500)
    c.syn(ts=(500, 0))
    syn = w.sent
    c.expect("SA")
    # The same SYN, sent again: the first one counts.
    c.syn(ts=(501, 0))
    c.expect("SA")
    c.send("A")
    told(w, c.accepted(s), syn)
    s.close()

    w.sysctl("tcp_fastopen", 0x602)
    s = w.listen(port=81, opts=[(6, TCP_SAVE_SYN, 1)])
    c = w.peer(port=81)
    c.syn(data=b"0123456789")
    syn = w.sent
    c.expect("SA", ack=11)
    told(w, c.accepted(s), syn[:-10])
