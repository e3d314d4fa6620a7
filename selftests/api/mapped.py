#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""AF_INET6 sockets with IPv4-mapped addresses (RFC 4291 2.5.5.2), on Linux' sockets or on ANP's: mapped.py Linux|ANP."""
import errno
import socket
import struct
import sys
from socket import AF_INET, AF_INET6, IPPROTO_IPV6, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET

ON_ANP = sys.argv[1] == "ANP"
LO = "::ffff:127.0.0.1"
IPV6_RECVERR, IP_RECVERR, IPV6_MTU_DISCOVER = 25, 11, 23


def eq(what, want, got):
    """A point."""
    if want != got:
        print(f"wanted {want!r}, got {got!r}")
    print("ok" if want == got else "not_ok", what, flush=True)


def err_of(call, *args):
    """The name of the error of a call, or ''."""
    try:
        call(*args)
    except OSError as error:
        return errno.errorcode[error.errno]
    return ""


def sock(kind, family=AF_INET6):
    """A socket that gives up."""
    made = socket.socket(family, kind)
    made.settimeout(20)
    return made


def tcp():
    """A listener on all addresses, and clients of both families."""
    lsock = sock(SOCK_STREAM)
    eq("SO_DOMAIN", AF_INET6, lsock.getsockopt(SOL_SOCKET, socket.SO_DOMAIN))
    lsock.bind(("::", 0))
    lsock.listen()
    port = lsock.getsockname()[1]
    eq("bound to ::, getsockname()", ("::", port, 0, 0), lsock.getsockname())
    for family, host in ((AF_INET6, LO), (AF_INET, "127.0.0.1")):
        client = sock(SOCK_STREAM, family)
        client.connect((host, port))
        peer, from_addr = lsock.accept()
        peer.settimeout(20)
        name = "to a listener on :: from " + ("AF_INET6" if family == AF_INET6 else "AF_INET")
        eq(name + ", accept()", (LO, client.getsockname()[1], 0, 0), from_addr)
        eq(name + ", the client's peer", (host, port), client.getpeername()[:2])
        eq(name + ", the server's name", (LO, port, 0, 0), peer.getsockname())
        eq(name + ", SO_DOMAIN of what is accepted", AF_INET6, peer.getsockopt(SOL_SOCKET, socket.SO_DOMAIN))
        client.sendall(b"x" * 100000)
        client.shutdown(socket.SHUT_WR)
        data = b""
        while part := peer.recv(65536):
            data += part
        eq(name + ", its bytes", b"x" * 100000, data)
    lsock.close()
    lsock = sock(SOCK_STREAM, AF_INET)
    lsock.bind(("127.0.0.1", 0))
    lsock.listen()
    client = sock(SOCK_STREAM)
    client.bind((LO, 0))
    eq("bound to a mapped address", LO, client.getsockname()[0])
    client.connect((LO, lsock.getsockname()[1]))
    eq("an AF_INET listener sees an IPv4 address", ("127.0.0.1", client.getsockname()[1]), lsock.accept()[1])


def udp():
    """Datagrams, their addresses and control messages."""
    server = sock(SOCK_DGRAM)
    server.setsockopt(IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    eq("IPV6_RECVPKTINFO reads back", 1, server.getsockopt(IPPROTO_IPV6, socket.IPV6_RECVPKTINFO))
    server.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    server.bind(("::", 0))
    port = server.getsockname()[1]
    client = sock(SOCK_DGRAM)
    info = struct.pack("16sI", socket.inet_pton(AF_INET6, "::ffff:127.0.0.2"), 0)
    client.sendmsg([b"hello"], [(IPPROTO_IPV6, socket.IPV6_PKTINFO, info)], 0, (LO, port))
    data, control, _, source = server.recvmsg(100, 200)
    eq("sendmsg() with IPV6_PKTINFO chooses the source", (b"hello", "::ffff:127.0.0.2"), (data, source[0]))
    control = {item[:2]: item[2] for item in control}
    got = control.get((IPPROTO_IPV6, socket.IPV6_PKTINFO), b"")
    eq("recvmsg() tells IPV6_PKTINFO", socket.inet_pton(AF_INET6, LO), got[:16])
    eq("IP_TOS comes as such", {(0, socket.IP_TOS)}, set(control) - {(IPPROTO_IPV6, socket.IPV6_PKTINFO)})
    server.sendto(b"back", source)
    eq("an unconnected socket is answered", ("::ffff:127.0.0.1", port), client.recvfrom(100)[1][:2])
    client.connect((LO, port))
    eq("connected, getpeername()", (LO, port, 0, 0), client.getpeername())
    plain = sock(SOCK_DGRAM, AF_INET)
    plain.sendto(b"from AF_INET", ("127.0.0.1", port))
    eq("recvfrom() an AF_INET socket", (LO, plain.getsockname()[1], 0, 0), server.recvfrom(100)[1])
    plain = sock(SOCK_DGRAM, AF_INET)
    plain.bind(("127.0.0.1", 0))
    closed = plain.getsockname()[1]
    # It has its port before that one is free, or might get it and hear itself.
    client = sock(SOCK_DGRAM)
    client.bind((LO, 0))
    plain.close()
    client.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    client.setsockopt(IPPROTO_IPV6, IPV6_RECVERR, 1)
    client.connect((LO, closed))
    client.send(b"nobody")
    _, control, flags, source = client.recvmsg(100, 200, socket.MSG_ERRQUEUE)
    level, kind, answer = control[-1]
    eq("the error queue is IPv6's", (IPPROTO_IPV6, IPV6_RECVERR), (level, kind))
    eq("... the error", errno.ECONNREFUSED, struct.unpack_from("I", answer)[0])
    eq("... the offender", (AF_INET6, socket.inet_pton(AF_INET6, LO)),
       (struct.unpack_from("H", answer, 16)[0], answer[24:40]))
    eq("... where it was to go", (LO, closed), source[:2])


def options():
    """Those of SOL_IPV6."""
    for kind in (SOCK_STREAM, SOCK_DGRAM):
        name = "stream" if kind == SOCK_STREAM else "datagram"
        one = sock(kind)
        for option, value in ((socket.IPV6_UNICAST_HOPS, 7), (socket.IPV6_TCLASS, 0x28), (IPV6_MTU_DISCOVER, 2)):
            one.setsockopt(IPPROTO_IPV6, option, value)
            eq(f"{name}, option {option} reads back", value, one.getsockopt(IPPROTO_IPV6, option))
        one.setsockopt(IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        eq(f"{name}, IPV6_V6ONLY reads back", 1, one.getsockopt(IPPROTO_IPV6, socket.IPV6_V6ONLY))
        eq(f"{name}, IPV6_V6ONLY, bind() to a mapped address", "EINVAL", err_of(one.bind, (LO, 0)))
        eq(f"{name}, IPV6_V6ONLY, connect() to one", "ENETUNREACH", err_of(one.connect, (LO, 9)))
        two = sock(kind)
        two.bind(("::", 0))
        eq(f"{name}, IPV6_V6ONLY when bound", "EINVAL", err_of(two.setsockopt, IPPROTO_IPV6, socket.IPV6_V6ONLY, 1))
    plain = sock(SOCK_DGRAM, AF_INET)
    eq("AF_INET has no option of IPv6's", "" if not ON_ANP else "ENOPROTOOPT",
       "" if not ON_ANP else err_of(plain.setsockopt, IPPROTO_IPV6, socket.IPV6_V6ONLY, 0))


def real():
    """IPv6 itself, of which ANP has none."""
    for kind in (SOCK_STREAM, SOCK_DGRAM):
        name = "stream" if kind == SOCK_STREAM else "datagram"
        eq(f"{name}, bind() to an address of IPv6's", "EADDRNOTAVAIL", err_of(sock(kind).bind, ("2001:db8::1", 0)))
        eq(f"{name}, connect() to one", "ENETUNREACH", err_of(sock(kind).connect, ("2001:db8::1", 9)))
    eq("sendto() one", "ENETUNREACH", err_of(sock(SOCK_DGRAM).sendto, b"x", ("2001:db8::1", 9)))
    if ON_ANP:
        eq("bind() to ::1", "EADDRNOTAVAIL", err_of(sock(SOCK_STREAM).bind, ("::1", 0)))
        lsock = sock(SOCK_STREAM)
        lsock.setsockopt(IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        eq("bind() to :: for IPv6 only", "EADDRNOTAVAIL", err_of(lsock.bind, ("::", 0)))
        eq("an option that IPv4 has no word for", "ENOPROTOOPT",
           err_of(sock(SOCK_DGRAM).setsockopt, IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 1))
        eq("a raw socket of IPv6's", "EAFNOSUPPORT",
           err_of(socket.socket, AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6))


tcp()
udp()
options()
real()
print("end")
