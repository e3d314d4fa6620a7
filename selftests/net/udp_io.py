#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""UDP with an echo server on another host: udp_io.py FAMILY OWN PEER.

FAMILY is anp or inet. What holds for ANP against the host's stack has to hold the other way round,
too: the same points are made in both directions.
"""

import errno
import os
import random
import socket
import struct
import sys
import time

from dgram import (IP_MTU, IP_MTU_DISCOVER, IP_PKTINFO, IP_RECVERR, IP_RECVORIGDSTADDR, IP_RECVTOS,
                   IP_RECVTTL, MSG_ERRQUEUE, SO_TIMESTAMP, SOL_UDP, UDP_SEGMENT, cmsgs, done, eq,
                   err_is, pattern, point, readable, section, udp, wait_until)

FAMILY, OWN, PEER = sys.argv[1:4]
SEED = int(os.environ.get("SEED", "1"))
ECHO, CLOSED, SOURCE = (PEER, 7000), (PEER, 7999), 7100
SO_NO_CHECK, SO_TIMESTAMPING = 11, 37


def sizes():
    s = udp(FAMILY, OWN)
    for n in (0, 1, 2, 8, 100, 1471, 1472, 1473, 2048, 2049, 2953, 8000, 20001, 65506, 65507):
        s.sendto(pattern(n), ECHO)
        data, peer = s.recvfrom(65536)
        point(data == pattern(n) and peer == ECHO, f"{n} bytes there and back", (len(data), peer))


def connected():
    s = udp(FAMILY)
    s.connect(ECHO)
    for i in range(200):
        s.send(b"%d" % i)
        if s.recv(100) != b"%d" % i:
            point(False, f"request {i}")
            break
    else:
        point(True, "200 requests on a connected socket")
    s.sendto(b"also", ECHO)
    eq("sendto on it", b"also", s.recv(10))
    eq("IP_MTU", 1500, s.getsockopt(0, IP_MTU))


def errors():
    """RFC 1122 4.1.3.3: ICMP errors reach the program."""
    s = udp(FAMILY)
    s.connect(CLOSED)
    s.send(b"x")
    wait_until(lambda: readable(s))
    err_is("a closed port is ECONNREFUSED", errno.ECONNREFUSED, s.recv, 10)
    s.send(b"x")
    wait_until(lambda: readable(s))
    err_is("... to send, too", errno.ECONNREFUSED, s.send, b"x")

    s = udp(FAMILY, OWN)
    s.setsockopt(0, IP_RECVERR, 1)
    s.setblocking(False)
    err_is("an empty error queue", errno.EAGAIN, s.recvmsg, 10, 100, MSG_ERRQUEUE)
    s.sendto(b"question", CLOSED)
    wait_until(lambda: readable(s, 0.05))
    data, anc, flags, addr = s.recvmsg(100, 200, MSG_ERRQUEUE)
    eq("IP_RECVERR: what was sent", b"question", data)
    eq("... and where to", CLOSED, addr)
    eq("... in a message that says so", MSG_ERRQUEUE, flags & MSG_ERRQUEUE)
    ee = cmsgs(anc)[(0, IP_RECVERR)]
    code, origin, kind, sub = struct.unpack("IBBB", ee[:7])
    eq("... and why", (errno.ECONNREFUSED, 2, 3, 3), (code, origin, kind, sub))
    eq("... and who says so", PEER, socket.inet_ntoa(ee[20:24]))
    err_is("... once", errno.EAGAIN, s.recv, 10)


def mtu():
    """RFC 1191 3, RFC 1191 6.2: DF, EMSGSIZE, and the path's MTU for the program to ask."""
    s = udp(FAMILY, OWN)
    s.setsockopt(0, IP_MTU_DISCOVER, 2)
    s.setsockopt(0, IP_RECVERR, 1)
    s.sendto(bytes(1472), ECHO)
    eq("IP_PMTUDISC_DO: what fits", 1472, len(s.recv(9999)))
    err_is("... and what does not", errno.EMSGSIZE, s.sendto, bytes(1473), ECHO)
    _, anc, _, addr = s.recvmsg(100, 200, MSG_ERRQUEUE)
    ee = cmsgs(anc)[(0, IP_RECVERR)]
    code, origin, _, _, info = struct.unpack("IBBBxI", ee[:12])
    eq("... with the MTU in the error queue", (errno.EMSGSIZE, 1, 1500, PEER),
       (code, origin, info, addr[0]))
    s = udp(FAMILY, OWN)
    s.setsockopt(0, IP_MTU_DISCOVER, 4)
    err_is("IP_PMTUDISC_INTERFACE", errno.EMSGSIZE, s.sendto, bytes(1473), ECHO)
    for mode in 0, 1, 5:
        s.setsockopt(0, IP_MTU_DISCOVER, mode)
        s.sendto(bytes(3000), ECHO)
        eq(f"IP_MTU_DISCOVER {mode} fragments", 3000, len(s.recv(9999)))


def ancillary():
    s = udp(FAMILY, OWN, SOURCE, reuse=True)
    for opt in IP_RECVTTL, IP_PKTINFO, IP_RECVORIGDSTADDR, IP_RECVTOS:
        s.setsockopt(0, opt, 1)
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    s.sendto(b"x", ECHO)
    _, anc, _, _ = s.recvmsg(10, 1000)
    anc = cmsgs(anc)
    eq("IP_TTL", 64, struct.unpack("i", anc[(0, socket.IP_TTL)])[0])
    eq("IP_TOS", b"\0", anc[(0, socket.IP_TOS)])
    _, spec, addr = struct.unpack("=i4s4s", anc[(0, IP_PKTINFO)])
    eq("IP_PKTINFO", (OWN, OWN), (socket.inet_ntoa(spec), socket.inet_ntoa(addr)))
    eq("IP_ORIGDSTADDR", (SOURCE, socket.inet_aton(OWN)),
       struct.unpack("!xxH4s", anc[(0, IP_RECVORIGDSTADDR)][:8]))
    sec, usec = struct.unpack("ll", anc[(socket.SOL_SOCKET, SO_TIMESTAMP)])
    point(abs(sec + usec / 1e6 - time.time()) < 5, "SO_TIMESTAMP", (sec, usec))
    s.close()
    # TX_SOFTWARE, SOFTWARE, OPT_ID, OPT_TSONLY
    s = udp(FAMILY, OWN)
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, 1 << 1 | 1 << 4 | 1 << 7 | 1 << 11)
    for i in range(3):
        s.sendto(b"x", ECHO)
        s.recv(10)
        _, anc, _, _ = s.recvmsg(10, 1000, MSG_ERRQUEUE)
        anc = cmsgs(anc)
        sec, nsec = struct.unpack("ll", anc[(socket.SOL_SOCKET, SO_TIMESTAMPING)][:16])
        code, origin, _, _, info, number = struct.unpack("IBBBxII", anc[(0, IP_RECVERR)][:16])
        point(abs(sec + nsec / 1e9 - time.time()) < 5, f"SO_TIMESTAMPING of send {i}", (sec, nsec))
        eq("... by number", (errno.ENOMSG, 4, 0, i), (code, origin, info, number))


def variants():
    s = udp(FAMILY, OWN)
    s.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    for n in 10, 5000:
        s.sendto(pattern(n), ECHO)
        eq(f"{n} bytes without checksum", pattern(n), s.recv(65536))
    s.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 0)
    # 0xffff in the field: RFC 768. One of these sums up to that.
    good = 0
    for i in range(0, 0x10000, 0x101):
        s.sendto(struct.pack("!H", i), ECHO)
        good += s.recv(10) == struct.pack("!H", i)
    eq("many checksums", 256, good)
    s.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
    try:
        s.sendto(pattern(9500), ECHO)
        got = [s.recv(65536) for _ in range(10)]
        eq("UDP_SEGMENT", [1000] * 9 + [500], [len(x) for x in got])
        eq("... in order", pattern(9500), b"".join(got))
    except OSError as e:        # Linux wants a device that makes checksums
        point(FAMILY == "inet" and e.errno == errno.EIO, "UDP_SEGMENT", e)
    s.setsockopt(SOL_UDP, UDP_SEGMENT, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.sendto(b"anyone", (PEER.rsplit(".", 1)[0] + ".255", ECHO[1]))
    got = sorted((s.recvfrom(100) for _ in range(2)), key=lambda x: x[1] == ECHO)
    eq("a broadcast is answered from the peer's address, and by ourselves",
       [(b"anyone", (OWN, ECHO[1])), (b"anyone", ECHO)], got)
    s.setsockopt(0, 1, 0x10)
    s.setsockopt(0, socket.IP_TTL, 1)
    s.sendto(b"near", ECHO)
    eq("a TTL of 1", b"near", s.recv(10))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data)) % 0xffff


def cancels(data, sent):
    """Flips of two fragments, in one column and opposite: no checksum of UDP sees them (1 of 32)."""
    if sent is None or len(data) != len(sent):
        return False
    flips = bin(int.from_bytes(data, "big") ^ int.from_bytes(sent, "big")).count("1")
    return 2 <= flips <= 6 and checksum(data) == checksum(sent)


def storm(count=120):
    """Over a bad path: what comes is what was sent, and the socket outlives it."""
    rng = random.Random(SEED)
    s = udp(FAMILY, OWN)
    s.settimeout(0.1)
    sent, got, bad = {}, 0, 0

    def take(seconds):
        nonlocal got, bad
        while readable(s, seconds):
            try:
                data = s.recv(65536)
            except TimeoutError:    # Linux finds a wrong checksum only now
                point(FAMILY == "inet", "readable, and nothing there")
                continue
            got += 1
            original = sent.get(struct.unpack("!I", data[:4])[0])
            bad += data != original and not cancels(data, original)

    for i in range(count):
        n = rng.choice((1, 100, 1000, 1472, 1473, 4000, 8000, 65507 if i % 20 == 0 else 3000))
        sent[i] = struct.pack("!I", i) + pattern(max(n, 4) - 4, i)
        s.sendto(sent[i], ECHO)
        take(0.001)
    take(1)
    eq(f"{got} of {count} came back, whole", 0, bad)
    point(got > count / 4, "enough came back", got)


def main():
    tests = (storm,) if sys.argv[4:] == ["storm"] else (sizes, connected, errors, mtu, ancillary,
                                                        variants)
    for fn in tests:
        with section(fn.__name__):
            fn()
    done()


main()
