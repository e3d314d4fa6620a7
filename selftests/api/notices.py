# SPDX-License-Identifier: GPL-2.0
"""What a stream tells beside its bytes: the same calls on ANP and on AF_INET, the same answers."""

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import time

from dgram import (IP_RECVERR, MSG_ERRQUEUE, SO_PEEK_OFF, anp_raw, done, eq, point, readable, section,
                   wait_until)
from segment import checksum
from sides import SIDES, error_queue, in_turn, mask
from stream import stream

F_SETSIG = 10
MSG_EOR = 0x80
LIBC = ctypes.CDLL(None, use_errno=True)
NAMES = {select.POLLIN: "IN", select.POLLOUT: "OUT", select.POLLPRI: "PRI", select.POLLERR: "ERR",
         select.POLLHUP: "HUP", select.POLLRDHUP: "RDHUP", select.POLLNVAL: "NVAL"}


def words(bits):
    return "|".join(text for bit, text in NAMES.items() if bits & bit)


def settled(s):
    """What poll() says once it says the same for a while."""
    last, since = mask(s), time.monotonic()
    while time.monotonic() - since < 0.15:
        now = mask(s)
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.01)
    return words(last)


def linger0(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def poll_states(side):
    seen = [("new", settled(side.socket()))]
    lsock = side.listen(far=False)
    seen.append(("listening", settled(lsock)))
    with side.there():
        client = stream(side.far)
    client.connect((side.addr, side.port))
    seen.append(("with a child", settled(lsock)))
    s = lsock.accept()[0]
    seen.append(("accepted", settled(s)))
    client.send(b"x")
    wait_until(lambda: readable(s))
    seen.append(("data", settled(s)))
    client.shutdown(socket.SHUT_WR)
    wait_until(lambda: mask(s) & select.POLLRDHUP)
    seen.append(("data and FIN", settled(s)))
    s.recv(1)
    seen.append(("FIN", settled(s)))
    s.shutdown(socket.SHUT_WR)
    seen.append(("both FINs", settled(s)))
    s, peer = side.pair()
    s.shutdown(socket.SHUT_RD)
    seen.append(("SHUT_RD", settled(s)))
    s.shutdown(socket.SHUT_WR)
    seen.append(("... and SHUT_WR", settled(s)))
    s, peer = side.pair()
    s.shutdown(socket.SHUT_WR)
    wait_until(lambda: readable(peer))
    seen.append(("SHUT_WR", settled(s)))
    peer.send(b"x")
    linger0(peer)
    wait_until(lambda: mask(s) & select.POLLERR)
    seen.append(("a reset after it", settled(s)))
    seen.append(("... SO_ERROR", s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), settled(s)))
    s = side.socket()
    s.setblocking(False)
    seen.append(("connect", s.connect_ex((side.far_addr, 9))))
    wait_until(lambda: mask(s) & select.POLLERR)
    seen.append(("refused", settled(s)))
    s, peer = side.pair()
    peer.send(b"u", socket.MSG_OOB)
    wait_until(lambda: mask(s) & select.POLLPRI)
    seen.append(("urgent", settled(s)))
    return seen


def edges(side):
    """EPOLLET: what is told, and that it is told once."""
    s, peer = side.pair()
    ep = select.epoll()
    ep.register(s, select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET)
    seen = [ep.poll(5)[0][1]]

    def step(name, bit):
        got = wait_until_event(ep, bit)
        seen.append((name, words(got), len(ep.poll(0.1))))

    seen.append(len(ep.poll(0.1)))
    peer.send(b"one")
    step("data", select.EPOLLIN)
    peer.send(b"two")
    step("more data, nothing read", select.EPOLLIN)
    s.recv(1)
    seen.append(("reading is no edge", len(ep.poll(0.1))))
    s.recv(100)
    peer.shutdown(socket.SHUT_WR)
    step("FIN", select.EPOLLRDHUP)
    s.shutdown(socket.SHUT_WR)
    step("shutdown", select.EPOLLHUP)
    return seen


def fill(s):
    """Sends until the far end, which reads nothing, and all on the way there is full."""
    s.setblocking(False)
    last = time.monotonic()
    while time.monotonic() < last + 0.5:
        try:
            s.send(bytes(100000))
            last = time.monotonic()
        except BlockingIOError:
            time.sleep(0.01)


def more_room(side):
    """SO_SNDBUF that grows is an edge for who waits for room: at once, not with the next ACK."""
    s, peer = side.pair()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 20000)
    fill(s)
    ep = select.epoll()
    ep.register(s, select.EPOLLOUT | select.EPOLLET)
    seen = [len(ep.poll(0.1))]
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 200000)
    seen.append(len(ep.poll(0)))
    peer.close()
    return seen


def wait_until_event(ep, bit):
    got, end = 0, time.monotonic() + 5
    while not got & bit and time.monotonic() < end:
        for _, events in ep.poll(0.5):
            got |= events
    return got


def sigio(side):
    """The bands that F_SETSIG's signals tell of each event."""
    signum = signal.SIGRTMIN + 1
    signal.pthread_sigmask(signal.SIG_BLOCK, {signum})
    s, peer = side.pair()
    fcntl.fcntl(s, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(s, F_SETSIG, signum)
    fcntl.fcntl(s, fcntl.F_SETFL, fcntl.fcntl(s, fcntl.F_GETFL) | os.O_ASYNC)

    def bands(want):
        got, end = set(), time.monotonic() + 5
        while time.monotonic() < end:
            info = signal.sigtimedwait({signum}, 0.2)
            if info:
                got.add(info.si_band)
            elif want <= got:
                break
        return sorted(got)

    seen = []
    peer.send(b"x")
    seen.append(("data", 0x41 in bands({0x41})))
    peer.send(b"u", socket.MSG_OOB)
    # The urgent byte's own signal goes by F_SETOWN alone.
    seen.append(("urgent", bool(bands(set()))))
    s.recv(100)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    s.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            s.send(bytes(65536))
    # Some may go at once: what counts is that it is told.
    first = bands(set())
    peer.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        while peer.recv(1 << 20):
            pass
    seen.append(("room", 0x304 in first or 0x304 in bands({0x304})))
    peer.shutdown(socket.SHUT_WR)
    seen.append(("FIN", 0x41 in bands({0x41})))
    linger0(peer)
    seen.append(("end", bool(bands(set()))))
    s.close()
    return seen


def sniff(side):
    """What the near end's device sends and receives."""
    with side.here():
        p = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        p.bind((side.dev, 3))
    p.settimeout(10)
    return p


def next_segment(p, port, flag=0):
    """The next TCP packet from @port, its IPv4 header first."""
    while True:
        packet = p.recv(2000)
        if len(packet) < 40 or packet[0] >> 4 != 4:
            continue
        at = (packet[0] & 15) * 4
        if packet[9] == 6 and struct.unpack_from("!H", packet, at)[0] == port and \
                (not flag or packet[at + 13] & flag):
            return packet


def unreachable(side, packet, code):
    """The far end says that @packet cannot go on."""
    body = packet[:(packet[0] & 15) * 4 + 8]
    head = struct.pack("!BBHI", 3, code, 0, 0)
    head = struct.pack("!BBHI", 3, code, checksum(head + body), 0)
    with side.there():
        raw = anp_raw(socket.IPPROTO_ICMP) if side.far == "anp" else \
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.sendto(head + body, (side.addr, 0))
    raw.close()


def named(side, addr):
    return {side.addr: "near", side.far_addr: "far", "10.0.0.77": "nobody"}.get(addr, addr)


def told(side, entry):
    """An error as ip(7) has it."""
    if not entry:
        return None
    data, anc, flags, name = entry
    raw = anc[(socket.SOL_IP, IP_RECVERR)]
    ee = struct.unpack_from("IBBBBII", raw)
    offender = socket.inet_ntoa(raw[20:24]) if ee[1] == 2 else ""
    return (len(data), ee, named(side, offender), bool(flags & MSG_ERRQUEUE),
            (named(side, name[0]), name[1]) if name else name, len(raw))


def recverr(side):
    """ICMP errors of an attempt to connect, and of a connection."""
    with side.there():
        mac = json.loads(subprocess.run(("ip", "-j", "link", "show", side.far_dev), check=True,
                                        capture_output=True).stdout)[0]["address"]
    side.ip("neigh", "replace", "10.0.0.77", "lladdr", mac, "dev", side.dev, "nud", "permanent")
    p = sniff(side)
    seen = []
    for on in (0, 1):
        s = side.socket()
        s.setsockopt(socket.SOL_IP, IP_RECVERR, on)
        s.setblocking(False)
        s.connect_ex(("10.0.0.77", 80))
        unreachable(side, next_segment(p, s.getsockname()[1]), 3)
        wait_until(lambda s=s: mask(s) & select.POLLERR, 10)
        seen.append((on, s.getsockopt(socket.SOL_IP, IP_RECVERR), settled(s)))
        seen.append(told(side, error_queue(s)))
        seen.append((told(side, error_queue(s)), s.connect_ex(("10.0.0.77", 80)) != 0))
        s.close()
    s, peer = side.pair()
    side.ip("neigh", "replace", side.far_addr, "lladdr", "02:00:00:00:00:77", "dev", side.dev,
            "nud", "permanent")
    s.setsockopt(socket.SOL_IP, IP_RECVERR, 1)
    s.send(b"is anybody there?")
    unreachable(side, next_segment(p, s.getsockname()[1], 8), 1)
    wait_until(lambda: mask(s) & select.POLLERR, 10)
    seen.append(("of a connection", settled(s), told(side, error_queue(s)),
                 s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))
    side.ip("neigh", "del", side.far_addr, "dev", side.dev)
    side.ip("neigh", "del", "10.0.0.77", "dev", side.dev)
    seen.append(("... which goes on", peer.recv(100)))
    p.close()
    return seen


def eor(side):
    """MSG_EOR: what follows is a segment of its own."""
    s, peer = side.pair()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    s.send(b"one", MSG_EOR)
    s.send(b"two")
    s.send(b"three")
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
    data = b""
    while len(data) < 11:
        data += peer.recv(100)
    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
    return data, struct.unpack_from("I", info, 156)[0]


def peek_off():
    s, peer = SIDES[1].pair()
    s.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, 0)
    peer.send(b"0123456789")
    wait_until(lambda: struct.unpack("i", fcntl.ioctl(s, 0x541B, bytes(4)))[0] == 10)
    eq("SO_PEEK_OFF: peeks go on", [b"012", b"345"], [s.recv(3, socket.MSG_PEEK) for _ in range(2)])
    eq("... a read takes the beginning and moves the place", (b"01", 4),
       (s.recv(2), s.getsockopt(socket.SOL_SOCKET, SO_PEEK_OFF)))
    eq("... the next peek", b"6789", s.recv(10, socket.MSG_PEEK))
    s.setblocking(False)
    try:
        s.recv(10, socket.MSG_PEEK)
        point(False, "... at the end a peek waits")
    except BlockingIOError:
        point(True, "... at the end a peek waits")
    s.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, -1)
    eq("... switched off", b"23", s.recv(2, socket.MSG_PEEK))


def splice_tee(side):
    s, peer = side.pair()
    s.settimeout(None)
    peer.settimeout(None)
    data, same = os.urandom(300000), True
    r, w = os.pipe()
    r2, w2 = os.pipe()
    seen = []
    with open("/tmp/notices.%d" % os.getpid(), "w+b") as f:
        f.write(data)
        f.flush()
        left, sent = len(data), 0
        got = b""
        while len(got) < len(data):
            if left and sent - len(got) < 60000:
                n = os.sendfile(peer.fileno(), f.fileno(), sent, min(left, 30000))
                left -= n
                sent += n
            n = os.splice(s.fileno(), w, 30000)
            copies = LIBC.tee(r, w2, n, 0)
            same &= os.read(r2, copies) == data[len(got):len(got) + copies]
            while n:
                part = os.read(r, n)
                got += part
                n -= len(part)
        os.unlink(f.name)
    seen.append(("sendfile, splice, tee", got == data, same))
    os.write(w, b"from a pipe")
    seen.append(("splice in", os.splice(r, s.fileno(), 100), peer.recv(100)))
    s.setblocking(False)
    try:
        os.splice(s.fileno(), w, 100, flags=2)
    except OSError as e:
        seen.append(("nothing there", errno.errorcode[e.errno]))
    peer.shutdown(socket.SHUT_WR)
    wait_until(lambda: mask(s) & select.POLLRDHUP)
    seen.append(("at the end", os.splice(s.fileno(), w, 100)))
    for fd in (r, w, r2, w2):
        os.close(fd)
    return seen


def interfaces():
    """What an AF_INET socket in the same namespace is told of its interfaces."""
    def ask(s, cmd, name):
        try:
            got = fcntl.ioctl(s, cmd, struct.pack("16s24x", name))
            return struct.unpack_from("HH4s", got, 16)
        except OSError as e:
            return errno.errorcode[e.errno]

    families = [socket.socket(socket.AF_INET, socket.SOCK_STREAM), stream("anp"), anp_raw(1)]
    for what, cmd in (("ADDR", 0x8915), ("DSTADDR", 0x8917), ("BRDADDR", 0x8919),
                      ("NETMASK", 0x891b)):
        answers = [[ask(s, cmd, name) for name in (b"anp0", b"lo", b"nosuch0", b"anp0:1")]
                   for s in families]
        eq("SIOCGIF%s" % what, answers[0], answers[1])
        eq("... of a raw socket", answers[0], answers[2])


in_turn("what poll() says in each state", poll_states)
in_turn("edges", edges)
in_turn("a larger SO_SNDBUF", more_room)
in_turn("SIGIO", sigio)
in_turn("IP_RECVERR", recverr)
in_turn("MSG_EOR", eor)
in_turn("splice() and tee()", splice_tee)
for check in (peek_off, interfaces):
    with section(check.__name__):
        check()
done()
