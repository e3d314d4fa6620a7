#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The calls on a ping socket: identifiers, what may be sent, what comes back, errors."""

import errno
import socket
import struct

from dgram import (IP_RECVERR, IP_RECVTTL, MSG_ERRQUEUE, MSG_ZEROCOPY, anp_socket, as_nobody, cmsgs, done, eq,
                   err_is, pattern, point, readable, section, stat, wait_until)
from segment import checksum

OWN, ROUTER, FAR, NOWHERE = "10.0.1.2", "10.0.1.1", "10.0.2.2", "198.51.100.1"
RANGE = "/proc/sys/net/ipv4/ping_group_range"


def ping_socket():
    return anp_socket(socket.IPPROTO_ICMP)


def echo(seq=1, data=b"data", kind=8, code=0, ident=0x4242):
    """The identifier and the checksum are the socket's: what stands here does not count."""
    return struct.pack("!BBHHH", kind, code, 0xBAD, ident, seq) + data


def groups():
    def child():
        try:
            ping_socket()
        except PermissionError:
            return 0
        return 1
    eq("nobody is not in the range", 0, as_nobody(child))
    with open(RANGE, "w", encoding="ascii") as f:
        f.write("65534 65534")
    eq("nobody is in the range", 1, as_nobody(child))
    with open(RANGE, "w", encoding="ascii") as f:
        f.write("1 0")
    ping_socket().close()
    point(True, "who may have raw sockets needs no range")


def identifiers():
    s = ping_socket()
    eq("SO_PROTOCOL", 1, s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
    s.bind((OWN, 0x1234))
    eq("bind gives an identifier", (OWN, 0x1234), s.getsockname())
    t = ping_socket()
    err_is("which is one for all addresses", errno.EADDRINUSE, t.bind, ("127.0.0.1", 0x1234))
    err_is("an address not ours", errno.EADDRNOTAVAIL, t.bind, ("10.0.1.77", 7))
    err_is("a broadcast address", errno.EADDRNOTAVAIL, t.bind, ("10.0.1.255", 7))
    t.bind(("0.0.0.0", 7))
    eq("a low identifier is free for all", 7, t.getsockname()[1])
    u = ping_socket()
    u.connect((ROUTER, 0))
    point(u.getsockname()[1] > 0, "connect gives one", u.getsockname())
    for x in s, t, u:
        x.close()


def sending():
    s = ping_socket()
    err_is("unconnected, without an address", errno.EDESTADDRREQ, s.send, echo())
    to = (ROUTER, 0)
    err_is("7 bytes", errno.EINVAL, s.sendto, echo()[:7], to)
    err_is("nothing", errno.EINVAL, s.sendto, b"", to)
    err_is("65516 bytes", errno.EMSGSIZE, s.sendto, echo(data=bytes(65508)), to)
    for kind, code in ((0, 0), (3, 3), (8, 1), (13, 0), (255, 0)):
        err_is(f"type {kind}, code {code}", errno.EINVAL, s.sendto, echo(kind=kind, code=code), to)
    err_is("to a broadcast", errno.EACCES, s.sendto, echo(), ("10.0.1.255", 0))
    eq("MSG_MORE gathers nothing", 12, s.sendto(echo(), socket.MSG_MORE, to))
    eq("... and is answered", 12, len(s.recv(100)))
    eq("so MSG_ZEROCOPY copies", 12, s.sendto(echo(), MSG_ZEROCOPY, to))
    eq("... and is answered", 12, len(s.recv(100)))
    err_is("MSG_OOB", errno.EOPNOTSUPP, s.sendto, echo(), socket.MSG_OOB, to)
    s.close()


def replies():
    s = ping_socket()
    s.setsockopt(0, IP_RECVTTL, 1)
    before = stat("IcmpOutEchos"), stat("IcmpInEchoReps")
    for seq, n in enumerate((0, 1, 3, 56, 1472, 1473, 8000, 65507)):
        s.sendto(echo(seq, pattern(n)), (FAR, 0))
        data, anc, _, peer = s.recvmsg(66000, 100)
        kind, code, _, ident, back = struct.unpack("!BBHHH", data[:8])
        eq(f"a reply of {n} bytes", (0, 0, s.getsockname()[1], seq, (FAR, 0)),
           (kind, code, ident, back, peer))
        point(data[8:] == pattern(n) and checksum(data) == 0, "... whole, with its checksum")
        eq("... and its TTL", 63, struct.unpack("i", cmsgs(anc)[(0, socket.IP_TTL)])[0])
    eq("both are counted", (before[0] + 8, before[1] + 8),
       (stat("IcmpOutEchos"), stat("IcmpInEchoReps")))
    t = ping_socket()
    t.connect((ROUTER, 0))
    t.send(echo())
    s.sendto(echo(), (ROUTER, 0))
    point(t.recv(100)[4:6] != s.recv(100)[4:6], "each hears its own")
    s.setblocking(False)
    err_is("... and no more", errno.EAGAIN, s.recv, 100)
    s.close()
    t.close()


def errors():
    s = ping_socket()
    s.connect((NOWHERE, 0))
    s.setsockopt(0, IP_RECVERR, 1)
    s.setblocking(False)
    s.send(echo(77, b"question"))
    point(wait_until(lambda: readable(s)), "an error wakes")
    data, anc, flags, addr = s.recvmsg(100, 200, MSG_ERRQUEUE)
    eq("it shows the request", (8, 77, b"question"),
       (data[0], struct.unpack("!H", data[6:8])[0], data[8:]))
    eq("... and where to", NOWHERE, addr[0])
    point(flags & MSG_ERRQUEUE, "... as an error")
    ee = cmsgs(anc)[(0, IP_RECVERR)]
    eq("... and why", (errno.ENETUNREACH, 2, 3, 0), struct.unpack("IBBB", ee[:7]))
    eq("... and who says so", ROUTER, socket.inet_ntoa(ee[20:24]))
    s.close()
    # net unreachable is no reason to give up: RFC 1122 3.2.2.1.
    s = ping_socket()
    s.connect((NOWHERE, 0))
    s.send(echo())
    s.settimeout(0.3)
    try:
        s.recv(100)
        point(False, "a soft error is for IP_RECVERR only")
    except TimeoutError:
        point(True, "a soft error is for IP_RECVERR only")
    s.close()


def table():
    socks = [ping_socket() for _ in range(3)]
    for i, s in enumerate(socks):
        s.bind((OWN, 100 + i))
    with open("/proc/net/anp/icmp", encoding="ascii") as f:
        lines = list(f)
    eq("/proc/net/anp/icmp", [f"0201000A:{100 + i:04X}" for i in range(3)],
       sorted(x.split()[1] for x in lines[1:]))
    for s in socks:
        s.close()


for fn in groups, identifiers, sending, replies, errors, table:
    with section(fn.__name__):
        fn()
done()
