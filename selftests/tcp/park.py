# SPDX-License-Identifier: GPL-2.0
"""Connections of ANP with Linux in the namespace PEER_NS that are parked and wake again."""

import os
import socket
import threading

from dgram import done, eq, point, readable, section, stat, wait_until
from stream import connected, listener, namespace

PORT = 7000
TCP = socket.IPPROTO_TCP

with namespace(os.environ["PEER_NS"]):
    there = listener("inet", "10.0.0.1", PORT, backlog=100)


def pair():
    """A connection opened by ANP: our end, the peer's."""
    us = connected("anp", "10.0.0.1", PORT)
    them, _ = there.accept()
    them.settimeout(10)
    us.sendall(b"question")
    them.recv(100)
    them.sendall(b"answer")
    us.recv(100)
    return us, them


def parked(count=1):
    """How many were parked when all should be: each gets a second of rest, and the machine its time."""
    return wait_until(lambda: stat("AnpTcpParked") - stat("AnpTcpUnparked") >= count, 20)


def proc_line(sock):
    port = ":%04X " % sock.getsockname()[1]
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return [line for line in f if port in line][0]


def info(sock):
    """TCP_INFO without the ages, which go on."""
    raw = sock.getsockopt(TCP, socket.TCP_INFO, 232)
    return raw[:44] + raw[60:]


def goes_on():
    us, them = pair()
    before, line = info(us), proc_line(us)
    point(parked(), "a connection at rest is parked")
    woken = stat("AnpTcpUnparked")
    eq("/proc/net/anp/tcp tells the same of it", line.split(" rto=")[1],
       proc_line(us).split(" rto=")[1])
    point(not readable(us), "poll() finds nothing to read")
    eq("neither wakes it", woken, stat("AnpTcpUnparked"))
    eq("TCP_INFO tells the same, but for the ages", before, info(us))
    eq("... and has woken it", woken + 1, stat("AnpTcpUnparked"))

    parked()
    them.sendall(b"late news")
    point(readable(us, 10), "a segment wakes it, and poll()")
    eq("... with its bytes", b"late news", us.recv(100))
    parked()
    us.sendall(b"late answer")
    eq("the program wakes it and sends", b"late answer", them.recv(100))
    parked()
    them.shutdown(socket.SHUT_WR)
    point(readable(us, 10), "a FIN wakes it")
    eq("... and ends its stream", b"", us.recv(100))
    point(parked(), "half closed it is parked again")
    us.close()
    eq("close() wakes it and sends the FIN", b"", them.recv(100))
    them.close()


def reader_sleeps():
    us, them = pair()
    got = []
    thread = threading.Thread(target=lambda: got.append(us.recv(100)))
    us.settimeout(None)
    thread.start()
    point(parked(), "a connection with a reader that sleeps is parked")
    them.sendall(b"morning")
    thread.join(10)
    eq("... who gets what comes", [b"morning"], got)
    us.close()
    them.close()


def not_parked():
    us, them = pair()
    them.sendall(b"unread")
    readable(us, 10)
    custom, them2 = pair()
    custom.setsockopt(TCP, socket.TCP_KEEPIDLE, 100)
    before = stat("AnpTcpParked")
    last, them3 = pair()
    parked(1)
    eq("what is to be read, and what has options of its own, is not parked", before + 1,
       stat("AnpTcpParked"))
    eq("... and keeps them", (b"unread", 100),
       (us.recv(100), custom.getsockopt(TCP, socket.TCP_KEEPIDLE)))
    for s in (us, them, custom, them2, last, them3):
        s.close()


def keepalive():
    with open("/proc/sys/net/anp/tcp_keepalive_time", "w", encoding="ascii") as f:
        f.write("3")
    us, them = pair()
    us.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    probes = stat("TcpExtTCPKeepAlive")
    point(parked(), "a connection with keepalive is parked")
    point(wait_until(lambda: stat("TcpExtTCPKeepAlive") > probes, 20), "... and probes its peer")
    us.close()
    them.close()


def many():
    pairs = [pair() for _ in range(50)]
    for us, them in pairs:
        them.sendall(b"x" * 100)
        us.recv(100)
    point(parked(50), "fifty are parked", stat("AnpTcpParked"))
    for i, (us, them) in enumerate(pairs):
        them.sendall(b"%d" % i)
        us.sendall(b"%d" % -i)
    eq("... and all go on", [(b"%d" % i, b"%d" % -i) for i in range(50)],
       [(us.recv(100), them.recv(100)) for us, them in pairs])
    parked(50)
    for us, them in pairs:
        us.close()
        eq_quiet = them.recv(100)
        if eq_quiet:
            point(False, "a parked connection ends", eq_quiet)
        them.close()


for test in (goes_on, reader_sleeps, not_parked, keepalive, many):
    with section(test.__name__):
        test()
done()
