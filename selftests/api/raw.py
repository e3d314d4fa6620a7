# SPDX-License-Identifier: GPL-2.0
"""Raw sockets of ANP beside those of AF_INET: each part is played with either at the near end."""

import contextlib
import errno
import json
import os
import select
import socket
import struct
import subprocess

from dgram import (AF_ANP, IP_MTU_DISCOVER, IP_PKTINFO, IP_RECVERR, IP_RECVTTL, MSG_ERRQUEUE,
                   MSG_ZEROCOPY, SOL_UDP, anp_raw, anp_socket, as_nobody, cmsgs, done, eq, err_is, point, readable,
                   section, stat, wait_until)
from segment import checksum
from stream import namespace

NS = os.environ["PEER_NS"]
SOL_RAW, ICMP_FILTER, IP_HDRINCL = 255, 1, 3
PROTO = 253  # RFC 3692: for experiments
UNASSIGNED = 200  # the first of some that IANA has given to nobody
ADDR = {"anp": "10.0.0.2", "inet": "10.0.0.1"}
OTHER = {"anp": "inet", "inet": "anp"}


def inet_raw(proto):
    with namespace(NS):
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, proto)
    s.settimeout(5)
    return s


def raw(stack, proto):
    return anp_raw(proto) if stack == "anp" else inet_raw(proto)


def both(name, part):
    """@part has to see the same with either stack."""
    with section(name):
        eq(name, *(part(stack) for stack in ("inet", "anp")))


def code(fn, *args):
    """What a call answers: its value, or its errno's name."""
    try:
        return fn(*args)
    except OSError as e:
        return errno.errorcode.get(e.errno, e)


def echo(ident, data=b"", seq=1, kind=8):
    head = struct.pack("!BBHHH", kind, 0, 0, ident, seq)
    return struct.pack("!BBHHH", kind, 0, checksum(head + data), ident, seq) + data


def header(daddr, proto=PROTO, saddr="0.0.0.0", ident=0, frag=0, ttl=9, options=b"", ihl=None):
    words = 5 + len(options) // 4
    return struct.pack("!BBHHHBBH4s4s", 0x40 | (words if ihl is None else ihl), 0x28, 1, ident, frag,
                       ttl, proto, 0x1234, socket.inet_aton(saddr), socket.inet_aton(daddr)) + options


def parse(packet):
    """The fields that a sender can choose, and whether length and checksum are right."""
    hlen = (packet[0] & 15) * 4
    vihl, tos, length, ident, frag, ttl, proto, _, src, dst = struct.unpack_from("!BBHHHBBH4s4s",
                                                                                 packet)
    names = {socket.inet_aton(a): n for n, a in ADDR.items()}
    return (vihl & 15, tos, length == len(packet), frag, ttl, proto, src in names, dst in names,
            checksum(packet[:hlen]) == 0, packet[hlen:])


def rights():
    eq("nobody may not have one", errno.EPERM, as_nobody(lambda: refused(socket.IPPROTO_ICMP)))
    err_is("protocol 0", errno.EPROTONOSUPPORT, socket.socket, AF_ANP, socket.SOCK_RAW, 0)
    err_is("... beyond the last", errno.EINVAL, socket.socket, AF_ANP, socket.SOCK_RAW, 263)
    # A user namespace of its own, but the network namespace of its parent.
    run = subprocess.run(["unshare", "-Ur", "python3", "-c", "import socket; socket.socket(22, 3, 1)"],
                         capture_output=True, text=True, check=False)
    point("PermissionError" in run.stderr, "nor may root of another user namespace", run.stderr)
    run = subprocess.run(["unshare", "-Urn", "python3", "-c", "import socket; socket.socket(22, 3, 1)"],
                         capture_output=True, text=True, check=False)
    eq("root of the namespace's own may", "", run.stderr)


def refused(proto):
    try:
        socket.socket(AF_ANP, socket.SOCK_RAW, proto).close()
    except OSError as e:
        return e.errno
    return 0


def names(stack):
    s = raw(stack, PROTO)
    seen = [s.getsockname()[1], s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL),
            s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)]
    seen.append(code(s.bind, ("10.9.9.9", 0)))
    seen.append(code(s.bind, (ADDR[stack], 80)))
    seen.append(code(s.bind, (ADDR[stack], 0)))
    seen.append(s.getsockname()[1])
    seen.append(code(s.getpeername))
    seen.append(code(s.send, b"x"))
    seen.append(code(s.connect, (ADDR[OTHER[stack]], 7)))
    seen.append(s.getpeername()[1])
    seen.append(code(s.send, b"x"))
    seen.append(code(s.listen))
    seen.append(code(s.shutdown, socket.SHUT_RD))
    return seen


def options(stack):
    seen = []
    for proto in (socket.IPPROTO_ICMP, PROTO, socket.IPPROTO_RAW):
        s = raw(stack, proto)
        seen.append(s.getsockopt(socket.SOL_IP, IP_HDRINCL))
        seen.append(code(s.setsockopt, socket.SOL_IP, IP_HDRINCL, 5))
        seen.append(s.getsockopt(socket.SOL_IP, IP_HDRINCL))
        seen.append(code(s.getsockopt, SOL_RAW, ICMP_FILTER, 8))
        seen.append(code(s.setsockopt, SOL_RAW, ICMP_FILTER, b"\xff"))
        seen.append(code(s.setsockopt, SOL_RAW, ICMP_FILTER, b"\xfe\xff\xff\x7f\0\0"))
        seen.append(code(s.getsockopt, SOL_RAW, ICMP_FILTER, 2))
        seen.append(code(s.getsockopt, SOL_RAW, ICMP_FILTER, 8))
        seen.append(code(s.getsockopt, SOL_RAW, 99, 4))
        seen.append(code(s.setsockopt, SOL_RAW, 99, 1))
        seen.append(code(s.setsockopt, SOL_UDP, 1, 1))
        s.close()
    u = anp_socket() if stack == "anp" else socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    seen.append(code(u.setsockopt, socket.SOL_IP, IP_HDRINCL, 1))
    seen.append(code(u.setsockopt, SOL_RAW, ICMP_FILTER, 1))
    return seen


def transfer(stack):
    """Both ways, with what is told beside the bytes."""
    s, peer = raw(stack, PROTO), raw(OTHER[stack], PROTO)
    seen = []
    s.setsockopt(socket.SOL_IP, socket.IP_TTL, 33)
    s.setsockopt(socket.SOL_IP, socket.IP_TOS, 0x10)
    to = ADDR[OTHER[stack]]
    for size in (0, 1, 1000, 3000, 20000):
        s.sendto(bytes(i & 255 for i in range(size)), (to, 0))
        packet, name = peer.recvfrom(65536)
        seen.append((parse(packet)[:9], len(packet), name[1], name[0] == ADDR[stack]))
        point(parse(packet)[9] == bytes(i & 255 for i in range(size)), "%s: %d bytes" % (stack, size))
    s.setsockopt(socket.SOL_IP, IP_PKTINFO, 1)
    s.setsockopt(socket.SOL_IP, IP_RECVTTL, 1)
    peer.sendto(b"back", (ADDR[stack], 0))
    data, anc, flags, _ = s.recvmsg(22, 500)
    got = cmsgs(anc)
    seen.append((len(data), flags, struct.unpack("i", got[(socket.SOL_IP, 2)]),
                 got[(socket.SOL_IP, IP_PKTINFO)][4:] == socket.inet_aton(ADDR[stack]) * 2))
    seen.append(code(s.sendto, bytes(65536), (to, 0)))
    seen.append(code(s.sendto, bytes(65516), (to, 0)))
    s.setsockopt(socket.SOL_IP, IP_MTU_DISCOVER, 2)
    seen.append(code(s.sendto, bytes(1481), (to, 0)))
    seen.append(code(s.sendto, bytes(1480), (to, 0)))
    seen.append(code(s.sendto, b"x", ("10.0.0.255", 0)))
    seen.append(code(s.sendto, b"x", socket.MSG_OOB, (to, 0)))
    seen.append(code(s.sendto, b"x", MSG_ZEROCOPY, (to, 0)))
    return seen


def gathered(stack):
    """MSG_MORE: several calls make one packet, unless they bring its header."""
    s, peer = raw(stack, PROTO), raw(OTHER[stack], PROTO)
    to = (ADDR[OTHER[stack]], 0)
    seen = []

    def put(data, more=True, addr=to, by=s):
        seen.append(code(by.sendto, data, socket.MSG_MORE if more else 0, addr))

    put(b"one,")
    put(b"two,", addr=("10.0.0.77", 0))
    seen.append((code(s.send, b"to nobody"), readable(peer, 0.1)))
    put(b"three", more=False)
    seen.append(parse(peer.recv(65536)))
    put(b"")
    put(bytes(30000))
    put(bytes(30000), more=False)
    seen.append(len(parse(peer.recv(65536))[9]))
    put(b"lost")
    put(bytes(65500), more=False)
    put(b"anew", more=False)
    seen.append(parse(peer.recv(65536))[9])
    own = raw(stack, socket.IPPROTO_RAW)
    put(header(to[0]) + b"whole", by=own)
    seen.append(parse(peer.recv(65536))[9])
    put(b"left when it is closed")
    return seen


def pending(stack):
    """An error that was not fetched does not keep back what is sent, unless it has a header of its own."""
    seen = []
    for asked in (0, 1):
        for own in (0, 1):
            # Each time another one: a late error of the last is not taken for this one's.
            proto = UNASSIGNED + 2 * asked + own
            s = raw(stack, proto)
            first = header(ADDR[OTHER[stack]], proto=proto) + b"?" if own else b"anybody?"
            s.setsockopt(socket.SOL_IP, IP_HDRINCL, own)
            s.setsockopt(socket.SOL_IP, IP_RECVERR, asked)
            s.connect((ADDR[OTHER[stack]], 0))
            s.send(first)
            # In some of these it must not come, which costs the whole wait.
            seen.append(bool(wait_until(lambda s=s: polled(s) & select.POLLERR, 3)))
            seen.append([code(s.send, *args) for args in
                         ((first,), (first, socket.MSG_MORE), (first,))])
            s.close()
    return seen


def own_header(stack):
    s, peer = raw(stack, socket.IPPROTO_RAW), raw(OTHER[stack], PROTO)
    to = (ADDR[OTHER[stack]], 0)
    seen = []

    def heard(packet):
        s.sendto(packet, to)
        return parse(peer.recv(65536))

    seen.append(heard(header(to[0]) + b"a header of its own"))
    seen.append(heard(header(to[0], saddr="10.0.0.99", ident=77, frag=0x4000, ttl=200) + b"false"))
    seen.append(heard(header(to[0], options=b"\x01\x01\x01\x00") + b"options"))
    seen.append(heard(header(to[0]) + bytes(1480)))
    seen.append(heard(header(to[0])))
    for what, packet in (("no header", b""), ("a short one", header(to[0])[:19]),
                         ("options that are not there", header(to[0], ihl=15)),
                         ("one that does not fit", header(to[0]) + bytes(1481))):
        seen.append((what, code(s.sendto, packet, to)))
    seen.append(readable(peer, 0.2))
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    seen.append(code(s.sendto, header(to[0]) + bytes(1481), to))
    _, anc, _, name = s.recvmsg(100, 500, MSG_ERRQUEUE)
    seen.append((struct.unpack_from("IBBBBI", cmsgs(anc)[(socket.SOL_IP, IP_RECVERR)]),
                 name == to))
    return seen


def malformed():
    """Of AF_INET's, those go out as they are; ours have a header, or are not sent."""
    s = anp_raw(socket.IPPROTO_RAW)
    for ihl in (0, 4):
        err_is("a header of %d words" % ihl, errno.EINVAL, s.sendto, header("10.0.0.1", ihl=ihl),
               ("10.0.0.1", 0))
    err_is("another version", errno.EINVAL, s.sendto, b"\x65" + header("10.0.0.1")[1:],
           ("10.0.0.1", 0))


def choice(stack):
    """Which of several sockets hears what."""
    peer = raw(OTHER[stack], PROTO)
    me, far = ADDR[stack], ADDR[OTHER[stack]]
    any_, bound, other, conn, stranger = (raw(stack, PROTO) for _ in range(5))
    bound.bind((me, 0))
    other.bind(("127.0.0.1", 0))
    conn.connect((far, 0))
    stranger.connect(("10.0.0.200", 0))
    proto = raw(stack, PROTO + 1)
    peer.sendto(b"x", (me, 0))
    wait_until(lambda: readable(any_))
    seen = [readable(s, 0.05) for s in (any_, bound, other, conn, stranger, proto)]
    any_.recv(100)
    stranger.connect((far, 0))
    peer.sendto(b"y", (me, 0))
    seen.append(parse(stranger.recv(100))[9])
    return seen


def unknown(stack):
    """A protocol nobody hears is answered; one that somebody hears is not."""
    me, far = ADDR[stack], ADDR[OTHER[stack]]
    s = raw(OTHER[stack], PROTO + 1)
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    seen = []
    s.sendto(b"hello out there", (me, 0))
    wait_until(lambda: polled(s) & select.POLLERR)
    data, anc, _, _ = s.recvmsg(100, 500, MSG_ERRQUEUE)
    seen.append((data, struct.unpack_from("IBBB", cmsgs(anc)[(socket.SOL_IP, IP_RECVERR)])))
    hears = raw(stack, PROTO + 1)
    s.sendto(b"again", (me, 0))
    seen.append(parse(hears.recv(100))[9])
    seen.append((polled(s) & select.POLLERR, far != me))
    return seen


def polled(s):
    p = select.poll()
    p.register(s, select.POLLIN)
    got = p.poll(0)
    return got[0][1] if got else 0


def ping(stack):
    """What traceroute -I and ping do with a raw socket, and the filter of types."""
    s = raw(stack, socket.IPPROTO_ICMP)
    to = (ADDR[OTHER[stack]], 0)
    seen = []

    def answers(ident):
        got = []
        while readable(s, 0.3):
            packet = parse(s.recv(2000))[9]
            if struct.unpack_from("!H", packet, 4)[0] == ident:
                got.append((packet[0], packet[8:]))
        return got

    s.sendto(echo(700, b"data"), to)
    wait_until(lambda: readable(s))
    seen.append(answers(700))
    # Another's requests are heard, too, unless they are filtered out.
    peer = raw(OTHER[stack], socket.IPPROTO_ICMP)
    peer.sendto(echo(701), (ADDR[stack], 0))
    wait_until(lambda: readable(s))
    seen.append(answers(701))
    s.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("I", ~(1 << 0) & 0xffffffff))
    peer.sendto(echo(702), (ADDR[stack], 0))
    s.sendto(echo(703), to)
    wait_until(lambda: readable(s))
    seen.append([a for a in (answers(702), answers(703)) if a])
    # A checksum that is wrong is not heard by the far end's ICMP.
    s.sendto(echo(704)[:-1] + b"\x09", to)
    seen.append(answers(704))
    # To itself.
    s.sendto(echo(705), (ADDR[stack], 0))
    wait_until(lambda: readable(s))
    seen.append(sorted(answers(705)))
    return seen


def listed():
    s = anp_raw(PROTO)
    s.bind(("10.0.0.2", 0))
    run = subprocess.run(["anp", "ss", "-wanj"], capture_output=True, text=True, check=True)
    mine = [x for x in json.loads(run.stdout) if x["local"]["port"] == PROTO]
    eq("anp ss -w lists it", [("raw", "10.0.0.2")],
       [(x["netid"], x["local"]["address"]) for x in mine])
    with open("/proc/net/anp/raw", encoding="ascii") as f:
        eq("so does /proc", 1, sum(":%04X " % PROTO in line for line in f))
    subprocess.run(["anp", "ss", "-waK", "sport = :%d" % PROTO], capture_output=True, check=True)
    err_is("it can be destroyed", errno.ECONNABORTED, s.recv, 1)
    before = stat("AnpDropRawRcvbuf")
    full = anp_raw(PROTO)
    full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
    peer = inet_raw(PROTO)
    for _ in range(20):
        peer.sendto(bytes(1000), ("10.0.0.2", 0))
    point(wait_until(lambda: stat("AnpDropRawRcvbuf") > before), "what has no room is counted")


both("names", names)
both("options", options)
both("there and back", transfer)
both("MSG_MORE", gathered)
both("an error that nobody fetched", pending)
both("a header of the program's own", own_header)
both("who hears what", choice)
both("a protocol that nobody knows", unknown)
both("echoes", ping)
for check in (rights, malformed, listed):
    with section(check.__name__), contextlib.suppress(SystemExit):
        check()
done()
