# SPDX-License-Identifier: GPL-2.0
"""TCP Fast Open of ANP; Linux is the peer, in the namespace PEER_NS, and SYNs are made by hand there."""

import contextlib
import errno
import os
import select
import socket
import struct
import subprocess
import threading
import time

from scapy.layers.inet import IP, TCP

from dgram import done, eq, err_is, point, readable, section, stat, wait_until
from stream import Info, listener, namespace, stream

PEER = os.environ["PEER_NS"]
SOL_TCP = socket.IPPROTO_TCP
FASTOPEN, FASTOPEN_CONNECT, FASTOPEN_KEY, FASTOPEN_NO_COOKIE = 23, 30, 33, 34
OPT_SYN_DATA = 32
MSG_FASTOPEN = socket.MSG_FASTOPEN
SYN_SENT = 2
FORGED = "10.0.0.50"

with namespace(PEER):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind(("eth0", 0))


def put(path, value):
    with open(path, "w", encoding="ascii") as f:
        f.write(str(value))


@contextlib.contextmanager
def setting(name, value):
    path = "/proc/sys/net/anp/" + name
    with open(path, encoding="ascii") as f:
        before = f.read()
    put(path, value)
    try:
        yield
    finally:
        put(path, before)


@contextlib.contextmanager
def theirs(value):
    """net.ipv4.tcp_fastopen of the peer."""
    with namespace(PEER):
        put("/proc/sys/net/ipv4/tcp_fastopen", value)
    try:
        yield
    finally:
        with namespace(PEER):
            put("/proc/sys/net/ipv4/tcp_fastopen", 3)


def linux_stat(name):
    with namespace(PEER), open("/proc/net/netstat", encoding="ascii") as f:
        names, values = (line.split() for line in f.read().splitlines()[:2])
    return int(values[names.index(name)])


class Counted:
    """How much a counter has grown since, here and at the peer's."""

    def __init__(self, *names):
        self.before = {name: (stat("TcpExt" + name), linux_stat(name)) for name in names}

    def ours(self, name):
        return stat("TcpExt" + name) - self.before[name][0]

    def theirs(self, name):
        return linux_stat(name) - self.before[name][1]


def set_opt(s, name, value):
    s.setsockopt(SOL_TCP, name, value)


def serve(family, port, qlen=5, addr="10.0.0.1", **more):
    with namespace(PEER) if family == "inet" else contextlib.nullcontext():
        s = listener(family, addr if family == "inet" else "10.0.0.2", port, **more)
    set_opt(s, FASTOPEN, qlen)
    return s


def client(family):
    with namespace(PEER) if family == "inet" else contextlib.nullcontext():
        s = stream(family)
    s.setblocking(True)
    return s


def fast(family, addr, data, flags=0):
    """A client whose first data may go with its SYN."""
    s = client(family)
    eq("MSG_FASTOPEN takes it all", len(data), s.sendto(data, MSG_FASTOPEN | flags, addr))
    return s


def take(s, n):
    data = b""
    while len(data) < n:
        part = s.recv(n - len(data))
        if not part:
            break
        data += part
    return data


def as_client():
    lsock = serve("inet", 9000)
    to = ("10.0.0.1", 9000)
    n = Counted("TCPFastOpenActive", "TCPFastOpenPassive", "TCPFastOpenCookieReqd")
    s = fast("anp", to, b"first")
    c = lsock.accept()[0]
    eq("no cookie yet: the data follows the handshake", b"first", take(c, 5))
    eq("... a cookie was asked for", 1, n.theirs("TCPFastOpenCookieReqd"))
    eq("... and no data was on the SYN", 0, Info(s).options & OPT_SYN_DATA)
    s = fast("anp", to, b"second")
    c = lsock.accept()[0]
    eq("with it the data comes through", b"second", take(c, 6))
    eq("... on the SYN, says Linux", 1, n.theirs("TCPFastOpenPassive"))
    eq("... and ANP", 1, n.ours("TCPFastOpenActive"))
    eq("... in TCP_INFO, too", OPT_SYN_DATA, Info(s).options & OPT_SYN_DATA)
    c.sendall(b"answer")
    eq("the answer", b"answer", take(s, 6))
    large = os.urandom(5000)
    s = fast("anp", to, large)
    c = lsock.accept()[0]
    point(take(c, 5000) == large, "more than a SYN carries: the rest follows")
    eq("... and the first part was on the SYN", OPT_SYN_DATA, Info(s).options & OPT_SYN_DATA)
    s = client("anp")
    got = s.sendto(large, MSG_FASTOPEN | socket.MSG_DONTWAIT, to)
    point(0 < got < 1460, "not blocking: what the SYN took", got)
    s.settimeout(10)
    point(select.select([], [s], [], 10)[1], "... then it becomes writable")
    s.sendall(large[got:])
    c = lsock.accept()[0]
    point(take(c, 5000) == large, "... and the rest can be sent")
    eq("all of them were on the SYN", 3, n.ours("TCPFastOpenActive"))
    with theirs(1):
        n = Counted("TCPFastOpenActiveFail")
        s = fast("anp", to, b"refused")
        c = lsock.accept()[0]
        eq("a server that has stopped to: the data is sent again", b"refused", take(c, 7))
        eq("... counted", 1, n.ours("TCPFastOpenActiveFail"))
        point(Info(s).total_retrans == 1, "... as sent again")


def as_client_no_cookie():
    """Nothing is known of this server."""
    lsock = serve("inet", 9001)
    other = serve("inet", 9001, addr="10.0.0.7")
    s = client("anp")
    err_is("not blocking, no cookie: EINPROGRESS", errno.EINPROGRESS, s.sendto, b"data",
           MSG_FASTOPEN | socket.MSG_DONTWAIT, ("10.0.0.7", 9001))
    point(select.select([], [s], [], 10)[1], "... then it is connected")
    s.send(b"data")
    eq("... and nothing was sent before", b"data", take(other.accept()[0], 4))
    n = Counted("TCPFastOpenPassive", "TCPFastOpenActive")
    with theirs(0x203):
        s = client("anp")
        set_opt(s, FASTOPEN_NO_COOKIE, 1)
        s.sendto(b"bare", MSG_FASTOPEN, ("10.0.0.1", 9001))
        eq("TCP_FASTOPEN_NO_COOKIE: data on the SYN without one", b"bare",
           take(lsock.accept()[0], 4))
        eq("... taken by Linux", 1, n.theirs("TCPFastOpenPassive"))
        eq("... says ANP", 1, n.ours("TCPFastOpenActive"))
        with setting("tcp_fastopen", 5):
            s = fast("anp", ("10.0.0.1", 9001), b"bare")
            take(lsock.accept()[0], 4)
            eq("tcp_fastopen 4: the same for all", 2, n.theirs("TCPFastOpenPassive"))


def by_connect():
    lsock = serve("inet", 9002)
    to = ("10.0.0.1", 9002)
    n = Counted("TCPFastOpenActive")
    s = client("anp")
    set_opt(s, FASTOPEN_CONNECT, 1)
    s.connect(to)
    eq("TCP_FASTOPEN_CONNECT: connect() waits for data", SYN_SENT, Info(s).state)
    err_is("... it is connected, to the program", errno.EISCONN, s.connect, to)
    point(select.select([], [s], [], 0)[1], "... and writable")
    point(not readable(lsock, 0.2), "... nothing was sent")
    eq("the first write brings it all", 5, s.send(b"hello"))
    c = lsock.accept()[0]
    eq("... by the SYN", 1, n.ours("TCPFastOpenActive"))
    eq("... to the peer", b"hello", take(c, 5))
    s.send(b" again")
    eq("and goes on", b" again", take(c, 6))
    s = client("anp")
    set_opt(s, FASTOPEN_CONNECT, 1)
    s.connect(to)
    s.close()
    point(True, "closed before anything was written")
    err_is("MSG_FASTOPEN on a connection", errno.EISCONN, c.sendto, b"x", MSG_FASTOPEN, to)
    s = client("anp")
    s.connect(to)
    err_is("... ANP says the same", errno.EISCONN, s.sendto, b"x", MSG_FASTOPEN, to)
    s = client("anp")
    err_is("to a closed port", errno.ECONNREFUSED, s.sendto, b"x", MSG_FASTOPEN,
           ("10.0.0.1", 9999))
    with setting("tcp_fastopen", 2):
        s = client("anp")
        err_is("tcp_fastopen without 1: no client", errno.EOPNOTSUPP, s.sendto, b"x", MSG_FASTOPEN,
               to)
        err_is("... of any kind", errno.EOPNOTSUPP, set_opt, s, FASTOPEN_CONNECT, 1)


def options():
    """What Linux answers, ANP answers."""
    results = []
    for family in ("anp", "inet"):
        got = []
        for name, value in ((FASTOPEN, -1), (FASTOPEN, 0), (FASTOPEN, 7), (FASTOPEN, 1 << 30),
                            (FASTOPEN_CONNECT, 2), (FASTOPEN_CONNECT, 1), (FASTOPEN_CONNECT, -1),
                            (FASTOPEN_NO_COOKIE, 2), (FASTOPEN_NO_COOKIE, 1)):
            s = client(family)
            try:
                set_opt(s, name, value)
                got.append(s.getsockopt(SOL_TCP, name))
            except OSError as e:
                got.append(e.errno)
        for length in (0, 15, 16, 17, 32, 33):
            s = client(family)
            key = bytes(range(length))
            try:
                set_opt(s, FASTOPEN_KEY, key)
                got.append(s.getsockopt(SOL_TCP, FASTOPEN_KEY, 64) == key)
            except OSError as e:
                got.append(e.errno)
        s = listener(family, "10.0.0.2" if family == "anp" else "127.0.0.1", 9050)
        for name in (FASTOPEN, FASTOPEN_CONNECT, FASTOPEN_NO_COOKIE):
            try:
                set_opt(s, name, 1)
                got.append(0)
            except OSError as e:
                got.append(e.errno)
        results.append(got)
        s.close()
    eq("the options and their errors are Linux'", results[1], results[0])


def middlebox():
    """SYNs with data get lost on the way."""
    lsock = serve("inet", 9003, addr="10.0.0.8")
    to = ("10.0.0.8", 9003)
    fast("anp", to, b"cookie")
    take(lsock.accept()[0], 6)
    with namespace(PEER):
        for rule in ("add table netdev box",
                     "add chain netdev box in { type filter hook ingress device eth0 priority 0; }",
                     "add rule netdev box in tcp flags & (syn|ack) == syn ip length > 200 drop"):
            subprocess.run(["nft", rule], check=True)
    n = Counted("TCPFastOpenActive", "TCPFastOpenActiveFail")
    s = fast("anp", to, b"x" * 300)
    eq("the SYN goes again without: all the same", 300, len(take(lsock.accept()[0], 300)))
    eq("... counted", 1, n.ours("TCPFastOpenActiveFail"))
    s = fast("anp", to, b"x" * 300)
    eq("the next one does not try", 300, len(take(lsock.accept()[0], 300)))
    eq("... so nothing is on its SYN", 0, Info(s).options & OPT_SYN_DATA)
    eq("... and nothing was lost", 0, Info(s).total_retrans)
    with namespace(PEER):
        subprocess.run(["nft", "delete table netdev box"], check=True)


def black_hole():
    n = Counted("TCPFastOpenBlackhole")
    with setting("tcp_fastopen_blackhole_timeout_sec", 300):
        s = client("anp")
        set_opt(s, FASTOPEN_NO_COOKIE, 1)
        set_opt(s, socket.TCP_SYNCNT, 1)
        err_is("nobody answers", errno.ETIMEDOUT, s.sendto, b"x", MSG_FASTOPEN, ("10.0.0.66", 1))
        eq("tcp_fastopen_blackhole_timeout_sec: it is noticed", 1, n.ours("TCPFastOpenBlackhole"))
        lsock = serve("inet", 9004)
        with theirs(0x203):
            for what, on in (("for a while none is tried", 0), ("a new time is a new beginning", 1)):
                s = client("anp")
                set_opt(s, FASTOPEN_NO_COOKIE, 1)
                s.sendto(b"data", MSG_FASTOPEN, ("10.0.0.1", 9004))
                take(lsock.accept()[0], 4)
                eq(what, on * OPT_SYN_DATA, Info(s).options & OPT_SYN_DATA)
                put("/proc/sys/net/anp/tcp_fastopen_blackhole_timeout_sec", 300)


def as_server():
    lsock = serve("anp", 9005)
    to = ("10.0.0.2", 9005)
    n = Counted("TCPFastOpenActive", "TCPFastOpenPassive", "TCPFastOpenCookieReqd",
                "TCPFastOpenPassiveAltKey", "TCPFastOpenPassiveFail")
    fast("inet", to, b"first")
    eq("a client of Linux asks", b"first", take(lsock.accept()[0], 5))
    eq("... for a cookie", 1, n.ours("TCPFastOpenCookieReqd"))
    s = fast("inet", to, b"second")
    c = lsock.accept()[0]
    eq("and brings it, with data", b"second", take(c, 6))
    eq("... on its SYN", 1, n.ours("TCPFastOpenPassive"))
    eq("... which Linux sees acknowledged", 1, n.theirs("TCPFastOpenActive"))
    eq("... in TCP_INFO, too", OPT_SYN_DATA, Info(c).options & OPT_SYN_DATA)
    c.sendall(b"answer")
    eq("the answer", b"answer", take(s, 6))
    eq("a listener without keys of its own tells none", b"",
       lsock.getsockopt(SOL_TCP, FASTOPEN_KEY, 32))
    with open("/proc/sys/net/anp/tcp_fastopen_key", encoding="ascii") as f:
        old = b"".join(int(word, 16).to_bytes(4, "little") for word in f.read().split("-"))
    set_opt(lsock, FASTOPEN_KEY, b"A" * 16 + old)
    for i in range(3):
        s = fast("inet", to, b"turned")
        eq("keys change, data comes", b"turned", take(lsock.accept()[0], 6))
    eq("... the old cookie was good once, and replaced", 1, n.ours("TCPFastOpenPassiveAltKey"))
    eq("... each was on the SYN", 4, n.ours("TCPFastOpenPassive"))
    set_opt(lsock, FASTOPEN_KEY, b"B" * 16)
    s = fast("inet", to, b"turned")
    eq("a key that is gone: the data comes all the same", b"turned", take(lsock.accept()[0], 6))
    eq("... by the ordinary way", 1, n.ours("TCPFastOpenPassiveFail"))
    with setting("tcp_fastopen", 1):
        n = Counted("TCPFastOpenPassive")
        fast("inet", to, b"ordinary")
        eq("tcp_fastopen without 2: no server", b"ordinary", take(lsock.accept()[0], 8))
        eq("... all by the ordinary way", 0, n.ours("TCPFastOpenPassive"))


KEYS = "00010203-04050607-08090a0b-0c0d0e0f,10111213-14151617-18191a1b-1c1d1e1f"


def same_key():
    """The same key at both: one cookie for all servers behind an address."""
    for path in ("/proc/sys/net/ipv4/tcp_fastopen_key", "/proc/sys/net/anp/tcp_fastopen_key"):
        with namespace(PEER) if "ipv4" in path else contextlib.nullcontext():
            put(path, KEYS)
            with open(path, encoding="ascii") as f:
                eq(path + " is what it was told", KEYS, f.read().strip())
            for bad in ("1-2-3", "x" + KEYS):
                err_is(f"... it is no {bad:.7}", errno.EINVAL, put, path, bad)
    key = b"".join(int(word, 16).to_bytes(4, "little") for word in KEYS.split(",")[0].split("-"))
    client_addr, server_addr = socket.inet_aton(FORGED), socket.inet_aton("10.0.0.2")
    mine = serve("anp", 9020)
    eq("ANP's cookie is that of the key", siphash(key, client_addr + server_addr),
       cookie_of(open_by_hand(20, 9020, b"")))
    mine.close()
    # And so is Linux', which is seen as it goes out.
    lsock = serve("inet", 9021, addr="10.0.0.9")
    s = client("anp")
    s.setblocking(False)
    err_is("asking Linux", errno.EINPROGRESS, s.sendto, b"x", MSG_FASTOPEN, ("10.0.0.9", 9021))
    synack = received(lambda t: t.sport == 9021 and t.flags == "SA", out=True)
    eq("... and Linux makes the same of it", siphash(key, server_addr + socket.inet_aton("10.0.0.9")),
       cookie_of(synack))
    lsock.close()


def siphash(key, data):
    """SipHash-2-4."""
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
         k1 ^ 0x7465646279746573]
    mask = 2**64 - 1

    def rotate(x, by):
        return (x << by | x >> (64 - by)) & mask

    def rounds(n):
        for _ in range(n):
            for x, y, by in ((0, 1, 13), (2, 3, 16)):
                v[x] = (v[x] + v[y]) & mask
                v[y] = rotate(v[y], by) ^ v[x]
            v[0] = rotate(v[0], 32)
            for x, y, by in ((2, 1, 17), (0, 3, 21)):
                v[x] = (v[x] + v[y]) & mask
                v[y] = rotate(v[y], by) ^ v[x]
            v[2] = rotate(v[2], 32)

    data += bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for word, in struct.iter_unpack("<Q", data):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 255
    rounds(4)
    return struct.pack("<Q", v[0] ^ v[1] ^ v[2] ^ v[3])


# --- by hand ---


def send(sport, dport, data=b"", src=FORGED, **tcp):
    raw.sendto(bytes(IP(src=src, dst="10.0.0.2") / TCP(sport=sport, dport=dport, **tcp) / data),
               ("10.0.0.2", 0))


def received(match, seconds=5, out=False):
    """The first segment of ANP's that matches, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([wire], [], [], max(end - time.monotonic(), 0))[0]:
            break
        data, addr = wire.recvfrom(65536)
        if (addr[2] == socket.PACKET_OUTGOING) != out or data[12:14] != b"\x08\x00" or data[23] != 6:
            continue
        ip = IP(data[14:])
        if match(ip[TCP]):
            return ip[TCP]
    return None


def cookie_of(segment):
    for kind, value in segment.options if segment else ():
        if kind in (34, "TFO"):
            return value if isinstance(value, bytes) else b"".join(
                v.to_bytes(4, "big") for v in value)
    return None


def open_by_hand(sport, dport, cookie, data=b"", src=FORGED):
    send(sport, dport, data, src, seq=1000, flags="S", options=[(34, cookie)])
    return received(lambda t: t.dport == sport and t.flags == "SA")


def by_hand():
    lsock = serve("anp", 9006, qlen=2, backlog=20)
    n = Counted("TCPFastOpenPassive", "TCPFastOpenListenOverflow")
    cookie = cookie_of(open_by_hand(1, 9006, b""))
    eq("a cookie of eight bytes", 8, len(cookie or b""))
    send(1, 9006, seq=1001, flags="R")
    synack = open_by_hand(2, 9006, cookie, b"question")
    eq("the SYN-ACK acknowledges the data", 1009, synack and synack.ack)
    point(cookie_of(synack) is None, "... and brings no new cookie")
    c = lsock.accept()[0]
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    eq("it can be read before the handshake is over", b"question", c.recv(100))
    c.sendall(b"answer")
    got = received(lambda t: t.dport == 2 and bytes(t.payload))
    eq("... and answered", b"answer", got and bytes(got.payload)[:6])
    send(2, 9006, seq=1000, flags="S")
    again = received(lambda t: t.dport == 2 and t.flags == "SA")
    eq("the SYN again: so is the SYN-ACK", 1009, again and again.ack)
    # The second place, then there is none.
    open_by_hand(3, 9006, cookie, b"x")
    synack = open_by_hand(4, 9006, cookie, b"x")
    eq("TCP_FASTOPEN 2: the third one's data is not taken", 1001, synack and synack.ack)
    eq("... counted", 1, n.ours("TCPFastOpenListenOverflow"))
    eq("... two were", 2, n.ours("TCPFastOpenPassive"))
    # RFC 7413 5.1: a reset holds its place, an ACK gives it back.
    c2 = lsock.accept()[0]
    send(3, 9006, seq=1002, flags="R")
    point(wait_until(lambda: Info(c2).state == 7), "a reset ends one")
    synack = open_by_hand(5, 9006, cookie, b"x")
    eq("... but its place stays taken", 1001, synack and synack.ack)
    send(2, 9006, seq=1009, ack=got.seq + 6, flags="A")
    point(wait_until(lambda: Info(c).state == 1), "an ACK completes the other")
    synack = open_by_hand(6, 9006, cookie, b"x")
    eq("... and frees its place", 1002, synack and synack.ack)
    bad = bytes(8)
    lsock = serve("anp", 9007)
    synack = open_by_hand(7, 9007, bad, b"x")
    eq("a guessed cookie: only the SYN is acknowledged", 1001, synack and synack.ack)
    eq("... and the right one told", cookie, cookie_of(synack))
    with setting("tcp_fastopen", 0x203):
        send(8, 9007, b"bare", seq=1000, flags="S")
        synack = received(lambda t: t.dport == 8 and t.flags == "SA")
        eq("tcp_fastopen 0x200: no cookie is needed", 1005, synack and synack.ack)
    plain = listener("anp", "10.0.0.2", 9008)
    synack = open_by_hand(9, 9008, cookie, b"x")
    eq("a listener without TCP_FASTOPEN takes none", 1001, synack and synack.ack)
    plain.close()
    with setting("tcp_fastopen", 0x403):
        listener("anp", "10.0.0.2", 9009).getsockopt(SOL_TCP, FASTOPEN)
        lsock = listener("anp", "10.0.0.2", 9010, backlog=3)
        eq("tcp_fastopen 0x400: each listener has it", 3, lsock.getsockopt(SOL_TCP, FASTOPEN))
    # The listener ends, and with it what waits there.
    lsock = serve("anp", 9011)
    open_by_hand(10, 9011, cookie, b"x")
    lsock.close()
    point(received(lambda t: t.dport == 10 and "R" in t.flags), "a listener's end resets them")


def both_anp():
    """By 127.0.0.1, many at once."""
    lsock = listener("anp", "127.0.0.1", 9012, backlog=100)
    set_opt(lsock, FASTOPEN, 100)
    n = Counted("TCPFastOpenActive", "TCPFastOpenPassive")
    fast_quiet = []

    def one(i):
        s = client("anp")
        s.sendto(b"%04d" % i, MSG_FASTOPEN, ("127.0.0.1", 9012))
        fast_quiet.append(s)

    one(0)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(1, 20)]
    for t in threads:
        t.start()
    got = {take(lsock.accept()[0], 4) for _ in range(20)}
    for t in threads:
        t.join()
    eq("twenty clients, each one's bytes once", {b"%04d" % i for i in range(20)}, got)
    eq("... all but the first on the SYN", (19, 19),
       (n.ours("TCPFastOpenActive"), n.ours("TCPFastOpenPassive")))


for part in (as_client, as_client_no_cookie, by_connect, options, middlebox, black_hole, as_server,
             by_hand, same_key, both_anp):
    with section(part.__name__):
        part()
done()
