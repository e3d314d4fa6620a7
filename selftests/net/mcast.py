#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Multicast groups: what a member hears, what the link filter lets in, and what IGMP says, in all
three versions, to a querier that is made by hand."""

import ctypes
import errno
import os
import select
import socket
import struct

from packets import (ANP, IP, PEER, STAT, UDP, Raw, done, drain, dropped, point, receive,
                     send, silent)
from segment import checksum

PID = STAT.split("/")[2]
libc = ctypes.CDLL(None, use_errno=True)
HERE = os.open("/proc/self/ns/net", os.O_RDONLY)
THERE = os.open(f"/proc/{PID}/ns/net", os.O_RDONLY)
GROUP, SSM, PORT = "239.1.2.3", "232.1.2.3", 7100
IN, EX, TO_IN, TO_EX = 1, 2, 3, 4
IP_UNBLOCK_SOURCE, IP_BLOCK_SOURCE, IP_ADD_SOURCE, IP_DROP_SOURCE, IP_MSFILTER = 37, 38, 39, 40, 41
MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP, MCAST_MSFILTER, IP_MULTICAST_ALL = 42, 45, 48, 49
mac = {g: bytes([1, 0, 0x5e, socket.inet_aton(g)[1] & 127]) + socket.inet_aton(g)[2:]
       for g in (GROUP, SSM, "224.0.0.1", "239.9.9.9")}


def member(family=22, port=PORT):
    """A bound socket; of AF_ANP in ANP's namespace."""
    if family == 22:
        libc.setns(THERE, 0)
    try:
        raw = socket.socket(family, socket.SOCK_DGRAM)
        if family == 22:
            raw.setsockopt(322, 1, socket.AF_INET)
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 0, fileno=raw.detach())
    finally:
        libc.setns(HERE, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", port))
    s.settimeout(2)
    return s


def mreq(group, local="0.0.0.0"):
    return socket.inet_aton(group) + socket.inet_aton(local)


def mreq_source(group, source, local="0.0.0.0"):
    return socket.inet_aton(group) + socket.inet_aton(local) + socket.inet_aton(source)


def join(s, group=GROUP):
    s.setsockopt(0, socket.IP_ADD_MEMBERSHIP, mreq(group))


def leave(s, group=GROUP):
    s.setsockopt(0, socket.IP_DROP_MEMBERSHIP, mreq(group))


def listens(group):
    """Does the lower device let the group's frames in?"""
    with open(f"/proc/{PID}/net/dev_mcast", encoding="ascii") as f:
        return any(line.split()[1] == "eth0" and line.split()[4] == mac[group].hex() for line in f)


def igmp(frame):
    """The IGMP message of a frame that keeps the rules of RFC 3376 4, or None."""
    if IP not in frame or frame[IP].proto != 2:
        return None
    raw = bytes(frame[IP])
    head, data = raw[:(raw[0] & 15) * 4], raw[(raw[0] & 15) * 4:struct.unpack_from("!H", raw, 2)[0]]
    return data if head[8] == 1 and head[20:] == b"\x94\x04\0\0" else None


def v3_record(kind, group, *sources):
    """Matches a version 3 report of one record."""
    want = struct.pack("!BxH4s", kind, len(sources), socket.inet_aton(group))
    want += b"".join(sorted(map(socket.inet_aton, sources)))

    def match(frame):
        data = igmp(frame)
        return data is not None and data[0] == 0x22 and frame[IP].dst == "224.0.0.22" and \
            data[6:8] == b"\0\1" and data[8:16] + b"".join(
                sorted(data[i:i + 4] for i in range(16, len(data), 4))) == want
    return match


def old(kind, group, dst=None):
    want = struct.pack("!BB4s", kind, 0, socket.inet_aton(group))

    def match(frame):
        data = igmp(frame)
        return data is not None and data[:2] + data[4:8] == want and frame[IP].dst == (dst or group) \
            and frame.dst[:8] == "01:00:5e"
    return match


def heard(desc, match, count=1, timeout=4):
    found = receive(match, timeout, count)
    point(len(found) == count, desc, f"{len(found)} of {count}")


def query(code, group="0.0.0.0", version=3, ttl=1, bad=0, kind=0x11, src=PEER):
    data = struct.pack("!BBH4s", kind, code, 0, socket.inet_aton(group))
    if version == 3:
        data += struct.pack("!BBH", 2, 125, 0)
    data = data[:2] + struct.pack("!H", checksum(data) ^ bad) + data[4:]
    dst = group if group != "0.0.0.0" else "224.0.0.1"
    return IP(src=src, dst=dst, proto=2, ttl=ttl) / Raw(data)


def group_mac(group):
    return ":".join(f"{b:02x}" for b in mac[group])


def datagram(group=GROUP, data=b"data", src=PEER):
    return IP(src=src, dst=group, ttl=1) / UDP(sport=9, dport=PORT) / Raw(data)


def got(s, seconds=0.2):
    return select.select([s], [], [], seconds)[0] and s.recv(100)


def group_filter(index, group, mode, *sources, count=None):
    """struct group_filter; @count if it is to say something else than how many sources there are."""
    def storage(address):
        return struct.pack("H2x4s120x", socket.AF_INET, socket.inet_aton(address))

    return struct.pack("I4x", index) + storage(group) + \
        struct.pack("II", mode, len(sources) if count is None else count) + b"".join(map(storage, sources))


def read_filter(s, room, value):
    """getsockopt(MCAST_MSFILTER), which reads @value first: length, mode, count, sources; or the error's name."""
    buf = ctypes.create_string_buffer(value, room)
    size = ctypes.c_uint(room)
    if libc.getsockopt(s.fileno(), 0, MCAST_MSFILTER, buf, ctypes.byref(size)):
        return errno.errorcode[ctypes.get_errno()]
    return size.value, struct.unpack_from("II", buf, 136), buf.raw[144:size.value]


def filters():
    """MCAST_MSFILTER, by the index of the interface, answers what AF_INET answers on the peer's side."""
    def run(family, index, local, peer):
        answers = {}
        with member(family) as s:
            def put(name, value, opt=MCAST_MSFILTER):
                try:
                    s.setsockopt(0, opt, value)
                    answers[name] = "0"
                except OSError as e:
                    answers[name] = errno.errorcode[e.errno]

            def get(name, room, value):
                answers[name] = read_filter(s, room, value)

            put("a filter without a join", group_filter(index, GROUP, 1, peer))
            get("... is not read either", 1024, group_filter(index, GROUP, 1))
            put("join", mreq(GROUP, local), socket.IP_ADD_MEMBERSHIP)
            put("a strange mode", group_filter(index, GROUP, 7, peer))
            put("not a group", group_filter(index, peer, 1, peer))
            put("too short", group_filter(index, GROUP, 1)[:100])
            put("fewer sources than it says", group_filter(index, GROUP, 1, peer, count=2))
            put("more than are allowed", group_filter(index, GROUP, 1, *[peer] * 20))
            put("another interface", group_filter(index + 7, GROUP, 1, peer))
            get("as joined", 1024, group_filter(index, GROUP, 1, count=2))
            put("two sources included", group_filter(index, GROUP, 1, peer, "10.1.0.9"))
            get("both are read", 1024, group_filter(index, GROUP, 0, count=9))
            get("one asked for", 1024, group_filter(index, GROUP, 0, count=1))
            get("with room for less", 143, group_filter(index, GROUP, 0)[:143])
            get("of another group", 1024, group_filter(index, "239.9.9.9", 0, count=9))
            put("none included is to leave", group_filter(index, GROUP, 1))
            put("... and nothing is left", mreq(GROUP, local), socket.IP_DROP_MEMBERSHIP)
        return answers

    libc.setns(THERE, 0)
    there = socket.if_nametoindex("anp0")
    libc.setns(HERE, 0)
    here = socket.if_nametoindex("eth0")
    inet, anp = run(socket.AF_INET, here, PEER, ANP), run(22, there, ANP, ANP)
    for name, answer in inet.items():
        point(anp[name] == answer, f"MCAST_MSFILTER, {name}: {answer if isinstance(answer, str) else answer[1]}",
              f"but {anp[name]}, not {answer}")


def errors():
    """What right and wrong calls answer is what AF_INET answers on the peer's side."""
    def calls(s, local, peer):
        yield "join", socket.IP_ADD_MEMBERSHIP, mreq(GROUP, local)
        yield "join twice", socket.IP_ADD_MEMBERSHIP, mreq(GROUP, local)
        yield "no group", socket.IP_ADD_MEMBERSHIP, mreq("10.0.0.9", local)
        yield "short", socket.IP_ADD_MEMBERSHIP, b"1234"
        yield "no such device", socket.IP_ADD_MEMBERSHIP, mreq(GROUP) + struct.pack("i", 99)
        yield "leave another", socket.IP_DROP_MEMBERSHIP, mreq("239.9.9.9", local)
        yield "block", IP_BLOCK_SOURCE, mreq_source(GROUP, peer, local)
        yield "block twice", IP_BLOCK_SOURCE, mreq_source(GROUP, peer, local)
        yield "include while excluding", IP_ADD_SOURCE, mreq_source(GROUP, peer, local)
        yield "unblock another", IP_UNBLOCK_SOURCE, mreq_source(GROUP, "10.0.0.99", local)
        yield "unblock", IP_UNBLOCK_SOURCE, mreq_source(GROUP, peer, local)
        yield "block without a join", IP_BLOCK_SOURCE, mreq_source(SSM, peer, local)
        yield "leave a source without a join", IP_DROP_SOURCE, mreq_source(SSM, peer, local)
        yield "a source", IP_ADD_SOURCE, mreq_source(SSM, peer, local)
        yield "the source again", IP_ADD_SOURCE, mreq_source(SSM, peer, local)
        yield "another's source", IP_DROP_SOURCE, mreq_source(SSM, "10.0.0.99", local)
        yield "block while including", IP_BLOCK_SOURCE, mreq_source(SSM, "10.0.0.99", local)
        yield "the last source", IP_DROP_SOURCE, mreq_source(SSM, peer, local)
        yield "leave", socket.IP_DROP_MEMBERSHIP, mreq(GROUP, local)
        yield "leave twice", socket.IP_DROP_MEMBERSHIP, mreq(GROUP, local)
        yield "filter without a join", IP_MSFILTER, mreq(GROUP, local) + struct.pack("II", 0, 0)
        yield "filter of a strange mode", IP_MSFILTER, mreq(GROUP, local) + struct.pack("II", 7, 0)
        for i in range(1, 24):
            yield f"group {i}", socket.IP_ADD_MEMBERSHIP, mreq(f"239.2.0.{i}", local)
        for i in range(1, 13):
            yield f"source {i}", IP_ADD_SOURCE, mreq_source(SSM, f"10.1.0.{i}", local)
        yield "IP_MULTICAST_ALL 2", IP_MULTICAST_ALL, struct.pack("i", 2)

    def run(family, local, peer):
        with member(family) as s:
            answers = {}
            for name, opt, value in calls(s, local, peer):
                try:
                    s.setsockopt(0, opt, value)
                    answers[name] = "0"
                except OSError as e:
                    answers[name] = errno.errorcode[e.errno]
            return answers
    inet, anp = run(socket.AF_INET, PEER, ANP), run(22, ANP, PEER)
    for name, answer in inet.items():
        point(anp[name] == answer, f"{name}: {answer}", f"but {anp[name]}")


def version3():
    """RFC 3376 5.1 and 5.2, RFC 3376 7.1: what changes is told, and what is asked answered.

    Router Alert: RFC 2113. Timers: RFC 3376 8.1, RFC 3376 8.11.
    """
    a = member()
    drain()
    join(a)
    heard("a join is told twice", v3_record(TO_EX, GROUP), 2)
    # RFC 1112 7.3
    point(listens(GROUP), "the lower device listens")
    send(datagram(), dst=group_mac(GROUP))
    point(got(a, 2) == b"data", "a datagram to the group is received")
    dropped("to another group", datagram("239.9.9.9"), "IpInAddrErrors", dst=group_mac("239.9.9.9"))
    b = member()
    send(datagram(), dst=group_mac(GROUP))
    point(got(a, 2) == got(b, 2) == b"data", "who has not joined hears it, too")
    b.setsockopt(0, IP_MULTICAST_ALL, 0)
    send(datagram(), dst=group_mac(GROUP))
    point(got(a, 2) == b"data" and not got(b), "... unless he has IP_MULTICAST_ALL off")
    b.close()

    drain()
    send(query(1), dst=group_mac("224.0.0.1"))
    heard("a general query is answered", v3_record(EX, GROUP))
    send(query(1, GROUP), dst=group_mac(GROUP))
    heard("a query about the group", v3_record(EX, GROUP))
    # RFC 4541 2.1.1
    send(query(1, src="0.0.0.0"), dst=group_mac("224.0.0.1"))
    heard("a query of a switch without address", v3_record(EX, GROUP))
    # Groups that were left before may still be told of a second time.
    silent("a query about another group", query(1, "239.9.9.9"),
           lambda f: socket.inet_aton("239.9.9.9") in (igmp(f) or b""), dst=group_mac("239.9.9.9"))
    dropped("a query from afar", query(1, ttl=2), "AnpDropIgmp", dst=group_mac("224.0.0.1"))
    dropped("a wrong checksum", query(1, bad=1), "AnpDropIgmp", dst=group_mac("224.0.0.1"))

    drain()
    a.setsockopt(0, IP_BLOCK_SOURCE, mreq_source(GROUP, PEER))
    heard("a blocked source is told", v3_record(TO_EX, GROUP, PEER))
    send(datagram(), dst=group_mac(GROUP))
    point(not got(a), "... and not heard")
    send(datagram(src="10.0.0.77"), dst=group_mac(GROUP))
    point(got(a, 2) == b"data", "... but others are")
    c = member()
    join(c)
    heard("what one of two wants is wanted", v3_record(TO_EX, GROUP))
    c.close()
    heard("... until he ends", v3_record(TO_EX, GROUP, PEER))
    leave(a)
    heard("a leave is told twice", v3_record(TO_IN, GROUP), 2)
    point(not listens(GROUP), "the lower device does not listen any more")
    a.close()


def sources():
    """RFC 3376 2 and 3.2, RFC 3376 6: filters of sources, of sockets and of the interface."""
    a = member()
    drain()
    a.setsockopt(0, IP_ADD_SOURCE, mreq_source(SSM, PEER))
    heard("a source is told", v3_record(TO_IN, SSM, PEER), 2)
    a.setsockopt(0, IP_ADD_SOURCE, mreq_source(SSM, "10.0.0.77"))
    heard("two sources", v3_record(TO_IN, SSM, PEER, "10.0.0.77"))
    for src, there in (PEER, True), ("10.0.0.77", True), ("10.0.0.78", False):
        send(datagram(SSM, src=src), dst=group_mac(SSM))
        point(bool(got(a, 2 if there else 0.2)) == there, f"from {src}: {'heard' if there else 'not heard'}")
    a.setsockopt(0, IP_MSFILTER, mreq(SSM) + struct.pack("=II4s", 0, 1, socket.inet_aton(PEER)))
    heard("a whole filter", v3_record(TO_EX, SSM, PEER))
    buf = ctypes.create_string_buffer(mreq(SSM) + bytes(24), 32)
    length = ctypes.c_int(32)
    libc.getsockopt(a.fileno(), 0, IP_MSFILTER, buf, ctypes.byref(length))
    point(buf.raw[:length.value] == mreq(SSM) + struct.pack("=II4s", 0, 1, socket.inet_aton(PEER)),
          "... is read back", buf.raw[:length.value].hex())
    a.close()
    heard("a closed socket has left", v3_record(TO_IN, SSM))
    point(not listens(SSM), "the lower device has forgotten it")
    a = member()
    drain()
    index = struct.pack("=I4x", 0) + struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton(GROUP))
    a.setsockopt(0, MCAST_JOIN_GROUP, index)
    heard("MCAST_JOIN_GROUP", v3_record(TO_EX, GROUP))
    a.setsockopt(0, MCAST_LEAVE_GROUP, index)
    heard("MCAST_LEAVE_GROUP", v3_record(TO_IN, GROUP))
    a.close()


def real_hosts():
    """With a socket of the host's stack at the other end."""
    a, b = member(), member(socket.AF_INET)
    join(a)
    b.setsockopt(0, socket.IP_ADD_MEMBERSHIP, mreq(GROUP, PEER))
    b.setsockopt(0, socket.IP_MULTICAST_IF, socket.inet_aton(PEER))
    b.setsockopt(0, socket.IP_MULTICAST_LOOP, 0)
    b.sendto(b"from the host", (GROUP, PORT))
    point(got(a, 2) == b"from the host", "the host's datagram reaches ANP")
    a.sendto(b"from ANP", (GROUP, PORT))
    point(got(b, 2) == b"from ANP", "ANP's reaches the host")
    point(got(a, 2) == b"from ANP", "... and comes back")
    a.setsockopt(0, socket.IP_MULTICAST_LOOP, 0)
    a.sendto(b"once", (GROUP, PORT))
    point(got(b, 2) == b"once" and not got(a), "... not without IP_MULTICAST_LOOP")
    a.close()
    b.close()


def older_versions():
    """RFC 3376 7.2.1 and 8.12; RFC 2236 3, 4 and 8.10: as old as the oldest querier."""
    a = member()
    send(query(10, version=2), dst=group_mac("224.0.0.1"))
    drain()
    join(a)
    heard("version 2: a join", old(0x16, GROUP))
    drain()
    send(query(1, version=2), dst=group_mac("224.0.0.1"))
    heard("... a query is answered", old(0x16, GROUP))
    leave(a)
    heard("... a leave", old(0x17, GROUP, "224.0.0.2"))
    join(a)
    heard("... a join again", old(0x16, GROUP))
    send(query(100, version=2), dst=group_mac("224.0.0.1"))
    send(query(0, GROUP, version=2, kind=0x16, src="10.0.0.77"), dst=group_mac(GROUP))
    leave(a)
    silent("... who did not report last leaves silently", [], lambda f: igmp(f) and igmp(f)[0] == 0x17)
    send(query(0, version=2), dst=group_mac("224.0.0.1"))
    drain()
    join(a)
    heard("version 1: a join", old(0x12, GROUP))
    a.close()


errors()
filters()
version3()
sources()
real_hosts()
older_versions()
done()
