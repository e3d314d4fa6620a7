#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The calls on a UDP socket, without a peer: names, options, local delivery, errors."""

import ctypes
import errno
import fcntl
import socket
import struct

from dgram import (AF_ANP, ANP_ADDR_FAMILY, ANP_REUSEPORT, IP_MTU_DISCOVER, IP_PKTINFO, IP_RECVERR, IP_RECVTTL,
                   MSG_ZEROCOPY, SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF, SO_PEEK_OFF, SOL_ANP, SOL_UDP,
                   UDP_CORK, UDP_SEGMENT, anp_socket, as_nobody, cmsgs, done, eq, err_is, pattern, point, readable, section, stat, udp,
                   wait_until)

OWN = "10.0.0.2"
libc = ctypes.CDLL(None, use_errno=True)


def unconnect(s):
    if libc.connect(s.fileno(), struct.pack("=H14x", socket.AF_UNSPEC), 16):
        raise OSError(ctypes.get_errno(), "connect")


def making():
    s = anp_socket()
    eq("SO_PROTOCOL", 17, s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
    eq("SO_TYPE", socket.SOCK_DGRAM, s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
    eq("SO_DOMAIN", AF_ANP, s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN))
    err_is("another protocol", errno.EPROTONOSUPPORT, socket.socket, AF_ANP, socket.SOCK_DGRAM, 132)
    s.settimeout(None)
    err_is("listen", errno.EOPNOTSUPP, s.listen)
    err_is("accept", errno.EOPNOTSUPP, s.accept)
    s.close()


def binding():
    a = udp(addr=OWN, port=5000)
    eq("getsockname", (OWN, 5000), a.getsockname())
    err_is("bound twice", errno.EINVAL, a.bind, (OWN, 5001))
    err_is("the same address and port", errno.EADDRINUSE, udp, "anp", OWN, 5000)
    err_is("the wildcard over an address", errno.EADDRINUSE, udp, "anp", "0.0.0.0", 5000)
    udp(addr="127.0.0.1", port=5000).close()
    point(True, "another address, the same port")
    err_is("reuse on one side only", errno.EADDRINUSE, udp, "anp", OWN, 5000, True)
    b = udp(addr=OWN, port=5002, reuse=True)
    udp(addr=OWN, port=5002, reuse=True).close()
    point(True, "reuse on both sides")
    err_is("not our address", errno.EADDRNOTAVAIL, udp, "anp", "10.0.0.77", 5003)
    udp(addr="10.0.0.255", port=5003).close()
    udp(addr="224.0.0.1", port=5003).close()
    udp(addr="255.255.255.255", port=5003).close()
    point(True, "broadcast and multicast addresses")
    c = udp(addr="0.0.0.0", port=0)
    point(32768 <= c.getsockname()[1] <= 60999, "a port of the ephemeral range", c.getsockname())
    for s in a, b, c:
        s.close()
    ports = set()
    for _ in range(20):
        with udp(addr="0.0.0.0") as s:
            ports.add(s.getsockname()[1])
    # RFC 6056 3.3.1
    point(len(ports) > 15, "ports are random", ports)
    udp(addr=OWN, port=5000).close()
    point(True, "a closed socket's port is free")
    short = struct.pack("=HH", AF_ANP, 0)
    s = anp_socket()
    eq("a short address", -1, libc.bind(s.fileno(), short, len(short)))
    eq("... is EINVAL", errno.EINVAL, ctypes.get_errno())
    wrong = struct.pack("=HH12x", socket.AF_INET6, 0)
    eq("an IPv6 address", -1, libc.bind(s.fileno(), wrong, len(wrong)))
    eq("... is EAFNOSUPPORT", errno.EAFNOSUPPORT, ctypes.get_errno())


def privilege():
    def child():
        try:
            udp(addr=OWN, port=999)
        except PermissionError:
            return 0
        return 1
    eq("a low port without privilege", 0, as_nobody(child))
    udp(addr=OWN, port=999).close()
    point(True, "a low port with privilege")


def connecting():
    s = anp_socket()
    err_is("getpeername unconnected", errno.ENOTCONN, s.getpeername)
    err_is("send unconnected", errno.EDESTADDRREQ, s.send, b"x")
    s.connect(("10.0.0.1", 7000))
    eq("getpeername", ("10.0.0.1", 7000), s.getpeername())
    eq("the source that connect chose", OWN, s.getsockname()[0])
    port = s.getsockname()[1]
    s.connect(("127.0.0.1", 7001))
    eq("another peer", ("127.0.0.1", 7001), s.getpeername())
    eq("... and the source for it", "127.0.0.1", s.getsockname()[0])
    eq("... from the same port", port, s.getsockname()[1])
    unconnect(s)
    err_is("AF_UNSPEC disconnects", errno.ENOTCONN, s.getpeername)
    eq("... and gives the port back", ("0.0.0.0", 0), s.getsockname())
    err_is("... so send has no address", errno.EDESTADDRREQ, s.send, b"x")
    s.bind((OWN, 5000))
    s.connect(("10.0.0.1", 7000))
    unconnect(s)
    eq("a name that bind gave is kept", (OWN, 5000), s.getsockname())
    err_is("no route", errno.ENETUNREACH, s.connect, ("192.0.2.1", 7))
    err_is("... in sendto", errno.ENETUNREACH, s.sendto, b"x", ("192.0.2.1", 7))
    s.close()
    s = anp_socket()
    s.connect(("0.0.0.0", 7002))
    eq("0.0.0.0 is this host", "127.0.0.1", s.getpeername()[0])


def send_errors():
    s = udp(addr=OWN, port=5000)
    err_is("to port 0", errno.EINVAL, s.sendto, b"x", ("10.0.0.1", 0))
    err_is("65508 bytes", errno.EMSGSIZE, s.sendto, bytes(65508), (OWN, 5001))
    err_is("a broadcast without SO_BROADCAST", errno.EACCES, s.sendto, b"x", ("10.0.0.255", 9))
    err_is("... also by connect", errno.EACCES, s.connect, ("10.0.0.255", 9))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    eq("... and with it", 1, s.sendto(b"x", ("10.0.0.255", 9)))
    err_is("MSG_OOB", errno.EOPNOTSUPP, s.sendto, b"x", socket.MSG_OOB, ("10.0.0.1", 9))
    eq("MSG_ZEROCOPY, for which it was not asked, copies", 1, s.sendto(b"x", MSG_ZEROCOPY, ("10.0.0.1", 9)))
    s.settimeout(None)
    err_is("recv MSG_OOB", errno.EOPNOTSUPP, s.recv, 10, socket.MSG_OOB)
    s.close()


def options():
    s = anp_socket()
    before = stat("AnpSockoptRefused")
    err_is("an unknown SOL_IP option", errno.ENOPROTOOPT, s.setsockopt, socket.SOL_IP, 99, 1)
    err_is("an unknown SOL_UDP option", errno.ENOPROTOOPT, s.setsockopt, SOL_UDP, 99, 1)
    err_is("... reading", errno.ENOPROTOOPT, s.getsockopt, SOL_UDP, 99)
    point(stat("AnpSockoptRefused") == before + 3, "refused options are counted")
    for name, level, opt, val in (("IP_RECVERR", 0, IP_RECVERR, 1), ("IP_RECVTTL", 0, IP_RECVTTL, 1),
                                  ("IP_PKTINFO", 0, IP_PKTINFO, 1), ("IP_TTL", 0, socket.IP_TTL, 77),
                                  ("IP_TOS", 0, socket.IP_TOS, 0x28),
                                  ("IP_MTU_DISCOVER", 0, IP_MTU_DISCOVER, 5),
                                  ("IP_MULTICAST_TTL", 0, socket.IP_MULTICAST_TTL, 9),
                                  ("IP_MULTICAST_LOOP", 0, socket.IP_MULTICAST_LOOP, 0),
                                  ("UDP_SEGMENT", SOL_UDP, UDP_SEGMENT, 1000),
                                  ("UDP_CORK", SOL_UDP, UDP_CORK, 1)):
        s.setsockopt(level, opt, val)
        eq(name + " is as it was set", val, s.getsockopt(level, opt))
    err_is("UDP_SEGMENT 65536", errno.EINVAL, s.setsockopt, SOL_UDP, UDP_SEGMENT, 65536)
    err_is("an option of no bytes", errno.EINVAL, s.setsockopt, SOL_UDP, UDP_CORK, b"")
    err_is("IP_MULTICAST_TTL 256", errno.EINVAL, s.setsockopt, 0, socket.IP_MULTICAST_TTL, 256)
    err_is("IP_MULTICAST_IF of others", errno.EADDRNOTAVAIL, s.setsockopt, 0,
           socket.IP_MULTICAST_IF, socket.inet_aton("10.9.9.9"))
    s.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton(OWN))
    s.close()


def local():
    """A datagram to ourselves: RFC 1122 3.2.1.3."""
    for host in ("127.0.0.1", OWN):
        a, b = udp(addr=host, port=5000), udp(addr=host, port=5001)
        for size in (0, 1, 1000, 1473, 9000, 65507):
            a.sendto(pattern(size), (host, 5001))
            data, peer = b.recvfrom(65536)
            point(data == pattern(size) and peer == (host, 5000), f"{size} bytes to {host}",
                  (len(data), peer))
        a.close()
        b.close()
    err_is("a loopback source to another host", errno.EINVAL,
           udp(addr="127.0.0.1").sendto, b"x", ("10.0.0.1", 9))


def receiving():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    b.setblocking(False)
    err_is("nothing there", errno.EAGAIN, b.recv, 10)
    point(not readable(b), "poll: not readable")
    b.settimeout(0.05)
    try:
        b.recv(10)
        point(False, "a timeout")
    except TimeoutError:
        point(True, "a timeout")
    a.sendto(pattern(100), (OWN, 5001))
    a.sendto(b"", (OWN, 5001))
    a.sendto(b"last", (OWN, 5001))
    point(readable(b, 2), "poll: readable")
    buf = struct.pack("i", -1)
    eq("SIOCINQ is the next one's length", 100,
       struct.unpack("i", fcntl.ioctl(b, 0x541B, buf))[0])
    eq("MSG_PEEK", pattern(10), b.recv(10, socket.MSG_PEEK))
    data, _, flags, peer = b.recvmsg(10, 0, socket.MSG_TRUNC)
    eq("MSG_TRUNC is said", socket.MSG_TRUNC, flags & socket.MSG_TRUNC)
    eq("... with the beginning", (pattern(10), (OWN, 5000)), (data[:10], peer))
    eq("an empty datagram", (b"", (OWN, 5000)), b.recvfrom(10))
    eq("the rest was lost, the next is whole", b"last", b.recv(100))
    a.sendto(pattern(100), (OWN, 5001))
    eq("MSG_TRUNC asks for the real length", 100, b.recv_into(bytearray(1), 1, socket.MSG_TRUNC))

    b.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 0)
    a.sendto(b"abcdef", (OWN, 5001))
    eq("SO_PEEK_OFF", b"abc", b.recv(3, socket.MSG_PEEK))
    eq("... goes on", b"def", b.recv(3, socket.MSG_PEEK))
    eq("... and the datagram is still there", b"abcdef", b.recv(9))
    a.close()
    b.close()


def choosing():
    """RFC 1122 4.1.3.5: the most specific socket."""
    wild = udp(addr="0.0.0.0", port=6000, reuse=True)
    bound = udp(addr=OWN, port=6000, reuse=True)
    conn = udp(addr=OWN, port=6000, reuse=True)
    conn.connect((OWN, 6001))
    peer, other = udp(addr=OWN, port=6001), udp(addr=OWN, port=6002)
    peer.sendto(b"c", (OWN, 6000))
    other.sendto(b"b", (OWN, 6000))
    other2 = udp(addr="127.0.0.1", port=6003)
    other2.sendto(b"w", ("127.0.0.1", 6000))
    eq("connected", b"c", conn.recv(9))
    eq("bound to the address", b"b", bound.recv(9))
    eq("wildcard", b"w", wild.recv(9))
    point(not readable(conn) and not readable(bound) and not readable(wild), "once each")
    dev = udp(addr="0.0.0.0", port=6000, reuse=True)
    dev.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"anp0\0")
    other2.sendto(b"d", ("127.0.0.1", 6000))
    eq("bound to the device before the wildcard", b"d", dev.recv(9))
    for s in wild, bound, conn, peer, other, other2, dev:
        s.close()


def sharing():
    """ANP_REUSEPORT: one port, several sockets of one user, each with its part of the peers."""
    def member():
        s = anp_socket()
        s.setsockopt(SOL_ANP, ANP_REUSEPORT, 1)
        s.bind((OWN, 6200))
        return s

    def stranger():
        try:
            member()
        except OSError as e:
            return 0 if e.errno == errno.EADDRINUSE else 1
        return 2
    group = [member() for _ in range(4)]
    eq("another user cannot join", 0, as_nobody(stranger))
    err_is("nor who does not share", errno.EADDRINUSE, udp, "anp", OWN, 6200)
    peers = [udp(addr=OWN) for _ in range(64)]
    for _ in range(2):
        for i, s in enumerate(peers):
            s.sendto(bytes([i]), (OWN, 6200))
    got = []
    for s in group:
        s.setblocking(False)
        got.append([])
        try:
            while True:
                got[-1].append(s.recv(1)[0])
        except BlockingIOError:
            pass
    eq("each datagram to one of them", sorted(list(range(64)) * 2), sorted(sum(got, [])))
    point(min(map(len, got)) > 0, "all have work", list(map(len, got)))
    point(all(x.count(i) in (0, 2) for x in got for i in range(64)), "a peer keeps its socket", got)
    for s in group + peers:
        s.close()


def attach_reuseport(s, *code):
    """A classic program that chooses among the sockets of a port, by its return value."""
    buf = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *x) for x in code))
    s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF,
                 struct.pack("HxxxxxxP", len(code), ctypes.addressof(buf)))


def chosen():
    """SO_ATTACH_REUSEPORT_CBPF: a program says which of those that share a port gets it."""
    def sharer(kind):
        s = socket.socket(AF_ANP, kind)
        s.setsockopt(SOL_ANP, ANP_ADDR_FAMILY, socket.AF_INET)
        s.setsockopt(SOL_ANP, ANP_REUSEPORT, 1)
        s = socket.socket(socket.AF_INET, kind, fileno=s.detach())
        s.settimeout(5)
        return s

    by_byte = (0x30, 0, 0, 0), (0x16, 0, 0, 0)
    group = [sharer(socket.SOCK_DGRAM) for _ in range(4)]
    for s in group:
        s.bind((OWN, 6201))
    attach_reuseport(group[1], *by_byte)
    late = sharer(socket.SOCK_DGRAM)
    attach_reuseport(late, *by_byte)
    err_is("who brings a program of his own cannot join", errno.EADDRINUSE, late.bind, (OWN, 6201))
    late.bind((OWN, 6203))
    late.close()
    a = udp(addr=OWN)
    for i in 2, 0, 3, 1, 2:
        a.sendto(bytes([i]), (OWN, 6201))
    eq("each gets what the program gives it", [b"\0", b"\1", b"\2", b"\3"], [s.recv(9) for s in group])
    eq("... every time", b"\2", group[2].recv(9))
    a.sendto(b"\x63", (OWN, 6201))
    wait_until(lambda: any(map(readable, group)))
    eq("out of the group's bounds: by the hash", 1, sum(map(readable, group)))
    for s in group:
        if readable(s):
            s.recv(9)
    group.pop(0).close()
    a.sendto(b"\0", (OWN, 6201))
    # The last takes the place of one that goes.
    eq("who is gone is not chosen", b"\0", group[2].recv(9))
    alone = anp_socket()
    err_is("of one that does not share", errno.EINVAL, attach_reuseport, alone, *by_byte)
    for s in group + [a, alone]:
        s.close()

    group = [sharer(socket.SOCK_STREAM) for _ in range(3)]
    for s in group:
        s.bind((OWN, 6202))
        s.listen()
    attach_reuseport(group[0], (0x06, 0, 0, 2))
    peers = [sharer(socket.SOCK_STREAM) for _ in range(5)]
    for s in peers:
        s.connect((OWN, 6202))
    children = [group[2].accept()[0] for _ in peers]
    point(not readable(group[0]) and not readable(group[1]), "all connections to the listener that it names")
    for s in group + peers + children:
        s.close()


def everyone():
    """A broadcast reaches all sockets of the port, ours included."""
    socks = [udp(addr="0.0.0.0", port=6100, reuse=True) for _ in range(3)]
    s = udp(addr=OWN)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.sendto(b"all", ("10.0.0.255", 6100))
    eq("a subnet broadcast", [b"all"] * 3, [x.recv(9) for x in socks])
    s.sendto(b"lim", ("255.255.255.255", 6100))
    eq("a limited broadcast", [b"lim"] * 3, [x.recv(9) for x in socks])
    s.sendto(b"mul", ("224.0.0.1", 6100))
    eq("a multicast", [b"mul"] * 3, [x.recv(9) for x in socks])
    for x in socks + [s]:
        x.close()


def refused():
    s = anp_socket()
    s.connect((OWN, 6999))
    s.send(b"x")
    wait_until(lambda: readable(s))
    err_is("a closed port is ECONNREFUSED", errno.ECONNREFUSED, s.recv, 10)
    s.setblocking(False)
    err_is("... once", errno.EAGAIN, s.recv, 10)
    s.close()
    s = anp_socket()
    s.sendto(b"x", (OWN, 6999))
    s.settimeout(0.1)
    try:
        s.recv(10)
        point(False, "an unconnected socket hears nothing")
    except TimeoutError:
        point(True, "an unconnected socket hears nothing")
    s.close()


def corking():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    a.sendto(b"one", socket.MSG_MORE, (OWN, 5001))
    a.sendto(b"two", socket.MSG_MORE, (OWN, 5001))
    point(not readable(b, 0.05), "MSG_MORE holds back")
    a.sendto(b"three", (OWN, 5001))
    eq("... and all goes at once", b"onetwothree", b.recv(100))
    a.setsockopt(SOL_UDP, UDP_CORK, 1)
    for i in range(1000):
        a.sendto(pattern(30, i), (OWN, 5001))
    point(not readable(b, 0.05), "UDP_CORK holds back")
    a.setsockopt(SOL_UDP, UDP_CORK, 0)
    eq("... until it is taken off", b"".join(pattern(30, i) for i in range(1000)), b.recv(65536))
    a.sendto(bytes(40000), socket.MSG_MORE, (OWN, 5001))
    err_is("more than a datagram holds", errno.EMSGSIZE, a.sendto, bytes(40000), socket.MSG_MORE,
           (OWN, 5001))
    a.sendto(b"new", (OWN, 5001))
    eq("... begins anew", b"new", b.recv(100))
    a.sendto(b"dangling", socket.MSG_MORE, (OWN, 5001))
    a.close()
    b.close()


def segments():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    a.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
    data = pattern(10500)
    a.sendto(data, (OWN, 5001))
    got = [b.recv(65536) for _ in range(11)]
    eq("UDP_SEGMENT cuts", [1000] * 10 + [500], [len(x) for x in got])
    eq("... in order", data, b"".join(got))
    a.sendto(b"short", (OWN, 5001))
    eq("... and what is shorter is one", b"short", b.recv(100))
    err_is("more segments than allowed", errno.EINVAL, a.sendto, bytes(64001), (OWN, 5001))
    a.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
    a.sendmsg([data[:2500]], [(SOL_UDP, UDP_SEGMENT, struct.pack("H", 1200))], 0, (OWN, 5001))
    eq("UDP_SEGMENT as a control message", [1200, 1200, 100], [len(b.recv(9999)) for _ in range(3)])
    a.close()
    b.close()


def control():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    before = stat("UdpOutDatagrams")
    for name, level, kind, data in (("too short", 0, IP_PKTINFO, b"x"), ("unknown", 0, 99, b"1234"),
                                    ("of another level", 41, 50, bytes(20)),
                                    ("TTL 0", 0, socket.IP_TTL, struct.pack("i", 0)),
                                    ("TTL 256", 0, socket.IP_TTL, struct.pack("i", 256))):
        err_is("a control message: " + name, errno.EINVAL, a.sendmsg, [b"x"], [(level, kind, data)],
               0, (OWN, 5001))
    err_is("IP_PKTINFO with a source not ours", errno.EINVAL, a.sendmsg, [b"x"],
           [(0, IP_PKTINFO, struct.pack("=i4s4s", 0, socket.inet_aton("10.0.0.9"), bytes(4)))], 0,
           (OWN, 5001))
    eq("none of them was sent", before, stat("UdpOutDatagrams"))
    b.setsockopt(0, IP_RECVTTL, 1)
    b.setsockopt(0, IP_PKTINFO, 1)
    b.setsockopt(0, 13, 1)
    a.sendmsg([b"x"], [(0, socket.IP_TTL, struct.pack("i", 42)),
                       (0, socket.IP_TOS, struct.pack("i", 0x10))], 0, (OWN, 5001))
    _, anc, _, _ = b.recvmsg(10, 1000)
    anc = cmsgs(anc)
    eq("IP_TTL both ways", 42, struct.unpack("i", anc[(0, socket.IP_TTL)])[0])
    eq("IP_TOS both ways", b"\x10", anc[(0, socket.IP_TOS)])
    index, spec, addr = struct.unpack("=i4s4s", anc[(0, IP_PKTINFO)])
    eq("IP_PKTINFO", ("anp0", OWN, OWN),
       (socket.if_indextoname(index), socket.inet_ntoa(spec), socket.inet_ntoa(addr)))
    a.sendto(b"x", (OWN, 5001))
    _, anc, flags, _ = b.recvmsg(10, 8)
    eq("too little room for control messages", socket.MSG_CTRUNC, flags & socket.MSG_CTRUNC)
    a.close()
    b.close()


def shutting():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    err_is("shutdown unconnected", errno.ENOTCONN, a.shutdown, socket.SHUT_WR)
    err_is("... but no more is sent", errno.EPIPE, a.sendto, b"x", socket.MSG_NOSIGNAL, (OWN, 5001))
    b.connect((OWN, 5000))
    b.shutdown(socket.SHUT_RD)
    eq("recv after SHUT_RD", b"", b.recv(10))
    a.close()
    b.close()


def filtering():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    # ldh [8]: the first two bytes of data, behind the UDP header; accept 0x6f6b ("ok").
    code = [(0x28, 0, 0, 8), (0x15, 0, 1, 0x6F6B), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]
    prog = b"".join(struct.pack("HBBI", *x) for x in code)
    buf = ctypes.create_string_buffer(prog)
    b.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                 struct.pack("HxxxxxxP", len(code), ctypes.addressof(buf)))
    before = stat("AnpDropSockFilter")
    a.sendto(b"no", (OWN, 5001))
    a.sendto(b"ok", (OWN, 5001))
    eq("SO_ATTACH_FILTER passes", b"ok", b.recv(10))
    eq("... and drops, counted", before + 1, stat("AnpDropSockFilter"))
    a.close()
    b.close()


def overflow():
    a, b = udp(addr=OWN, port=5000), udp(addr=OWN, port=5001)
    b.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    before = stat("UdpRcvbufErrors"), stat("UdpInDatagrams")
    for _ in range(100):
        a.sendto(bytes(500), (OWN, 5001))
    got = 0
    b.settimeout(0.2)
    try:
        while b.recv(1000):
            got += 1
    except TimeoutError:
        pass
    lost = stat("UdpRcvbufErrors") - before[0]
    point(got and lost and got + lost == 100, "a full receive buffer drops, counted", (got, lost))
    eq("what was read is counted", got, stat("UdpInDatagrams") - before[1])
    with open("/proc/net/anp/udp", encoding="ascii") as f:
        line = [x for x in f if "0200000A:1389" in x]
    point(len(line) == 1 and line[0].rstrip().endswith("drops=%d" % lost),
          "/proc/net/anp/udp tells the drops", line)
    a.close()
    b.close()


def many():
    """More sockets than a page of /proc, all found, all gone."""
    socks = [udp(addr=OWN, port=20000 + i) for i in range(900)]
    with open("/proc/net/anp/udp", encoding="ascii") as f:
        ports = [int(x.split()[1].split(":")[1], 16) for x in list(f)[1:]]
    eq("/proc/net/anp/udp has each once", sorted(range(20000, 20900)), sorted(ports))
    for s in socks:
        s.close()
    with open("/proc/net/anp/udp", encoding="ascii") as f:
        eq("and none afterwards", 1, len(list(f)))
    with open("/proc/net/protocols", encoding="ascii") as f:
        point(any("ANP-UDP" in x for x in f), "/proc/net/protocols names us")


def main():
    for fn in (making, binding, privilege, connecting, send_errors, options, local, receiving,
               choosing, sharing, chosen, everyone, refused, corking, segments, control, shutting, filtering,
               overflow, many):
        with section(fn.__name__):
            fn()
    done()


main()
