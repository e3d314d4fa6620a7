# SPDX-License-Identifier: GPL-2.0
"""Listeners of ANP against clients of Linux in the namespace PEER_NS, and hand-made SYNs from there."""

import contextlib
import ctypes
import errno
import fcntl
import os
import select
import socket
import time

from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from dgram import done, eq, point, readable, section, stat, wait_until
from stream import OPT_SACK, OPT_TIMESTAMPS, OPT_WSCALE, Info, anp_stream, connected, listener
from stream import namespace, stream

TCP_DEFER_ACCEPT = socket.TCP_DEFER_ACCEPT
TCP_SAVE_SYN, TCP_SAVED_SYN = 27, 28
SIOCGIFHWADDR = 0x8927
ALL = OPT_SACK | OPT_TIMESTAMPS | OPT_WSCALE
SYN_RECV = "03"

with namespace(os.environ["PEER_NS"]):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind(("eth0", 0))


@contextlib.contextmanager
def setting(name, value):
    path = "/proc/sys/net/anp/" + name
    with open(path, encoding="ascii") as f:
        before = f.read()
    with open(path, "w", encoding="ascii") as f:
        f.write(str(value))
    try:
        yield
    finally:
        with open(path, "w", encoding="ascii") as f:
            f.write(before)


def peer(port, timeout=10):
    """A client on Linux."""
    with namespace(os.environ["PEER_NS"]):
        s = stream("inet")
    s.settimeout(timeout)
    s.connect(("10.0.0.2", port))
    return s


def send(sport, dport, src="10.0.0.50", **tcp):
    raw.sendto(bytes(IP(src=src, dst="10.0.0.2") / TCP(sport=sport, dport=dport, **tcp)),
               ("10.0.0.2", 0))


def received(match, seconds=5):
    """The first segment of ANP's that matches, or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([wire], [], [], max(end - time.monotonic(), 0))[0]:
            break
        data, addr = wire.recvfrom(65536)
        if addr[2] == socket.PACKET_OUTGOING or data[12:14] != b"\x08\x00" or data[23] != 6:
            continue
        ip = IP(data[14:])
        if match(ip[TCP]):
            return ip[TCP]
    return None


def requests(port):
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return sum(line.split()[3] == SYN_RECV and line.split()[1].endswith(f":{port:04X}")
                   for line in f.read().splitlines()[1:])


class Counted:
    """How much a counter has grown since."""

    def __init__(self, *names):
        self.before = {name: stat("TcpExt" + name) for name in names}

    def __call__(self, name):
        return stat("TcpExt" + name) - self.before[name]


def echo(a, b):
    a.sendall(b"question")
    b.sendall(b"answer")
    return b.recv(100) == b"question" and a.recv(100) == b"answer"


def cookies():
    lsock = listener("anp", "10.0.0.2", 8000)
    n = Counted("SyncookiesSent", "SyncookiesRecv", "SyncookiesFailed")
    with setting("tcp_syncookies", 2):
        c = peer(8000)
        s = lsock.accept()[0]
        eq("tcp_syncookies 2: a cookie is sent", 1, n("SyncookiesSent"))
        eq("... and comes back", 1, n("SyncookiesRecv"))
        eq("... with all options", ALL, Info(s).options & ALL)
        eq("... and the MSS", 1448, Info(s).snd_mss)
        eq("... and the window scale", Info(c).rcv_wscale, Info(s).snd_wscale)
        point(echo(c, s), "both ways are open")
        send(1, 8000, seq=5, ack=77777, flags="A")
        point(received(lambda t: t.sport == 8000 and t.dport == 1 and t.flags == "R"),
              "a number that is no cookie is reset")
        eq("... and counted", 1, n("SyncookiesFailed"))
    with setting("tcp_syncookies", 0):
        send(1, 8000, seq=5, ack=77777, flags="A")
        point(received(lambda t: t.sport == 8000 and t.dport == 1 and t.flags == "R"),
              "without cookies no ACK is looked at")
        eq("... nor counted", 1, n("SyncookiesFailed"))
    # Linux sends cookies to us.
    with namespace(os.environ["PEER_NS"]):
        theirs = listener("inet", "10.0.0.1", 8001)
    c = connected("anp", "10.0.0.1", 8001)
    s = theirs.accept()[0]
    eq("a cookie of Linux keeps all options", ALL, Info(s).options & ALL)
    point(echo(c, s), "both ways are open")


def flood():
    lsock = listener("anp", "10.0.0.2", 8002, backlog=4)
    n = Counted("TCPReqQFullDoCookies", "TCPReqQFullDrop", "SyncookiesSent", "SyncookiesRecv")
    for port in range(1000, 1040):
        send(port, 8002, seq=port, flags="S")
    point(wait_until(lambda: n("SyncookiesSent") == 35), "a flood of 40: 5 are kept, 35 get cookies",
          n("SyncookiesSent"))
    eq("... counted as Linux does", 35, n("TCPReqQFullDoCookies"))
    eq("... the queue is no longer than that", 5, requests(8002))
    c = peer(8002)
    s = lsock.accept()[0]
    eq("an honest client gets in by a cookie", 1, n("SyncookiesRecv"))
    point(echo(c, s), "... and is served")
    with setting("tcp_syncookies", 0):
        drops = stat("TcpExtListenDrops")
        send(999, 8002, seq=1, flags="S")
        point(wait_until(lambda: n("TCPReqQFullDrop") == 1), "without cookies a SYN is dropped")
        eq("... as ListenDrops", drops + 1, stat("TcpExtListenDrops"))
    lsock.close()
    eq("a listener's end is that of its requests", 0, requests(8002))
    lsock = listener("anp", "10.0.0.2", 8002, backlog=100)
    with setting("tcp_syncookies", 0), setting("tcp_max_syn_backlog", 8):
        drops = stat("TcpExtListenDrops")
        for port in range(1000, 1020):
            send(port, 8002, seq=port, flags="S")
        point(wait_until(lambda: stat("TcpExtListenDrops") >= drops + 13),
              "tcp_max_syn_backlog 8, no cookies: the last quarter stays free")
        eq("... and 7 are kept", 7, requests(8002))
    for port in range(1000, 1007):
        send(port, 8002, seq=port + 1, flags="R")
    point(wait_until(lambda: not requests(8002)), "a reset ends a request")


def overflow():
    lsock = listener("anp", "10.0.0.2", 8003, backlog=0)
    first = peer(8003)
    n = Counted("ListenOverflows", "EmbryonicRsts")
    drops = stat("TcpExtListenDrops")
    try:
        peer(8003, timeout=0.3)
        point(False, "a full accept queue lets nobody in")
    except socket.timeout:
        point(n("ListenOverflows") >= 1, "a full accept queue: a SYN is dropped")
    point(stat("TcpExtListenDrops") - drops == n("ListenOverflows"), "... as ListenDrops")
    lsock.accept()[0].close()
    first.close()
    # Two handshakes at once: the second one's ACK finds the queue full.
    for abort, what in ((0, "the ACK is as good as lost"), (1, "the peer is reset")):
        with setting("tcp_abort_on_overflow", abort):
            n = Counted("ListenOverflows", "EmbryonicRsts")
            send(2000 + abort, 8003, seq=1, flags="S")
            synack = received(lambda t, a=abort: t.dport == 2000 + a and t.flags == "SA")
            c = peer(8003)
            send(2000 + abort, 8003, seq=2, ack=synack.seq + 1, flags="A")
            point(wait_until(lambda n=n: n("ListenOverflows") == 1),
                  f"tcp_abort_on_overflow {abort}: counted")
            if abort:
                rst = received(lambda t: t.dport == 2001 and "R" in t.flags)
                point(rst and n("EmbryonicRsts") == 1, f"... {what}")
            else:
                again = received(lambda t: t.dport == 2000 and t.flags == "SA")
                point(again, f"... {what}: the SYN-ACK comes again")
                send(2000, 8003, seq=2, flags="R")
            lsock.accept()[0].close()
            c.close()


def defer_accept():
    for seconds in (-1, 0, 1, 2, 5, 30, 200, 100000):
        got = []
        for s in (anp_stream(), stream("inet")):
            s.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, seconds)
            got.append(s.getsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT))
        eq(f"TCP_DEFER_ACCEPT {seconds} is rounded as Linux does", got[1], got[0])
    lsock = listener("anp", "10.0.0.2", 8004)
    lsock.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, 10)
    before = stat("TcpExtTCPDeferAcceptDrop")
    c = peer(8004)
    point(wait_until(lambda: stat("TcpExtTCPDeferAcceptDrop") == before + 1),
          "a bare ACK is counted and waits")
    point(not readable(lsock, 0.2), "... nobody is there to accept")
    c.sendall(b"question")
    point(readable(lsock, 5), "data makes the connection")
    s = lsock.accept()[0]
    eq("... and is there at once", b"question", s.recv(100))
    # Without data the client is let in when the time is over.
    lsock.setsockopt(socket.IPPROTO_TCP, TCP_DEFER_ACCEPT, 1)
    c = peer(8004)
    point(readable(lsock, 20), "a silent client is let in when its time is over")


def saved_syn():
    libc = ctypes.CDLL(None, use_errno=True)
    lsock = listener("anp", "10.0.0.2", 8005)
    lsock.setsockopt(socket.IPPROTO_TCP, TCP_SAVE_SYN, 2)
    with setting("tcp_syncookies", 2):
        c = peer(8005)
        eq("behind a cookie no SYN is known", b"",
           lsock.accept()[0].getsockopt(socket.IPPROTO_TCP, TCP_SAVED_SYN, 256))
        c.close()
    c = peer(8005)
    s = lsock.accept()[0]
    buf, size = ctypes.create_string_buffer(256), ctypes.c_uint(10)
    ret = libc.getsockopt(s.fileno(), socket.IPPROTO_TCP, TCP_SAVED_SYN, buf, ctypes.byref(size))
    eq("a buffer that is too short: why", (-1, errno.EINVAL), (ret, ctypes.get_errno()))
    eq("... and how long it has to be", 14 + 20 + 40, size.value)
    eq("... and nothing is written", bytes(256), buf.raw)
    syn = Ether(s.getsockopt(socket.IPPROTO_TCP, TCP_SAVED_SYN, 256))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s2:
        mac = fcntl.ioctl(s2, SIOCGIFHWADDR, b"anp0".ljust(40, b"\0"))[18:24].hex(":")
    eq("TCP_SAVE_SYN 2: from the link header on", mac, syn.dst)
    eq("... with the addresses", ("10.0.0.1", "10.0.0.2"), (syn[IP].src, syn[IP].dst))
    eq("... and the ports", c.getsockname()[1:] + (8005,), (syn[TCP].sport, syn[TCP].dport))
    eq("... once", b"", s.getsockopt(socket.IPPROTO_TCP, TCP_SAVED_SYN, 256))


for part in (cookies, flood, overflow, defer_accept, saved_syn):
    with section(part.__name__):
        part()
done()
