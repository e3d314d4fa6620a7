#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Many threads do everything to UDP and ping sockets at once, while datagrams come in.

udp_stress.py SECONDS: nothing is judged but that all threads come to their end.
"""

import errno
import os
import random
import socket
import struct
import sys
import threading
import time

from dgram import (IP_PKTINFO, IP_RECVERR, IP_RECVTTL, MSG_ERRQUEUE, SOL_UDP, UDP_CORK, UDP_SEGMENT,
                   anp_socket, done, point, udp)

END = time.monotonic() + float(sys.argv[1])
SEED = int(os.environ.get("SEED", "1"))
HOSTS = "10.0.0.2", "127.0.0.1", "10.0.0.1", "10.0.0.255", "255.255.255.255", "10.0.0.77"
EXPECTED = {errno.EADDRINUSE, errno.EINVAL, errno.ECONNREFUSED, errno.EAGAIN, errno.EDESTADDRREQ,
            errno.EMSGSIZE, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENOTCONN, errno.EPIPE,
            errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.EACCES, errno.EOPNOTSUPP}
surprises, counts = [], {}


def operations(s, rng):
    where = lambda: (rng.choice(HOSTS), 6000 + rng.randrange(4))  # noqa: E731
    yield lambda: s.bind(where())
    yield lambda: s.connect(where())
    yield lambda: s.sendto(bytes(rng.choice((0, 1, 500, 1473, 9000, 65507))), where())
    yield lambda: s.send(bytes(rng.choice((0, 8, 1400, 3000))))
    yield lambda: s.sendto(bytes(700), socket.MSG_MORE, where())
    yield lambda: s.sendmsg([bytes(5000)], [(SOL_UDP, UDP_SEGMENT, struct.pack("H", 900))], 0, where())
    yield lambda: s.setsockopt(SOL_UDP, UDP_CORK, rng.randrange(2))
    yield lambda: s.setsockopt(0, IP_RECVERR, rng.randrange(2))
    yield lambda: s.setsockopt(0, IP_PKTINFO, rng.randrange(2))
    yield lambda: s.setsockopt(0, IP_RECVTTL, rng.randrange(2))
    yield lambda: s.recvmsg(rng.choice((0, 10, 70000)), 200)
    yield lambda: s.recvmsg(100, 200, MSG_ERRQUEUE)
    yield lambda: s.recv(10, socket.MSG_PEEK)
    yield lambda: s.shutdown(rng.randrange(3)) if not rng.randrange(8) else None
    yield lambda: s.sendto(struct.pack("!BBHHH", 8, 0, 0, 0, 1) + bytes(40), where())
    yield s.getsockname
    yield s.getpeername


def new_socket(rng):
    s = anp_socket(socket.IPPROTO_ICMP if not rng.randrange(6) else 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, rng.randrange(2))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, rng.randrange(2))
    s.setblocking(False)
    return s


def worker(number, shared):
    rng = random.Random(SEED * 100 + number)
    done_ops = 0
    while time.monotonic() < END:
        slot = rng.randrange(len(shared))
        if not rng.randrange(10):
            shared[slot] = new_socket(rng)      # the old one is closed by its last user
            continue
        try:
            rng.choice(list(operations(shared[slot], rng)))()
            done_ops += 1
        except OSError as e:
            if e.errno not in EXPECTED | {errno.ENOPROTOOPT}:
                surprises.append(e)
    counts[number] = done_ops


def reader():
    while time.monotonic() < END:
        for name in "udp", "icmp", "stat":
            with open("/proc/net/anp/" + name, encoding="ascii") as f:
                f.read()


sockets = [new_socket(random.Random(i)) for i in range(12)]
threads = [threading.Thread(target=worker, args=(i, sockets)) for i in range(4)]
threads.append(threading.Thread(target=reader))
for t in threads:
    t.start()
for t in threads:
    t.join()
point(not surprises, f"{sum(counts.values())} calls from 4 threads, no strange error",
      {str(e) for e in surprises})
sockets.clear()
with udp(addr="10.0.0.2", port=6000) as last:
    last.sendto(b"still here", ("10.0.0.2", 6000))
    point(last.recv(100) == b"still here", "a socket made afterwards works")
done()
