#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""busy_poll.py PEER_NS CASE, in anp0's namespace: round trips to a server that polls busily, while
the lower device's NAPI lets frames lie for a second."""

import ctypes
import os
import select
import socket
import sys
import threading
import time

from dgram import done, point, udp

HERE, PORT = "10.0.0.2", 9000
SO_BUSY_POLL, SO_INCOMING_NAPI_ID = 46, 56
LAZY_MS = 1000


def wait_plain(s, _):
    return s.recvfrom(100)


def wait_epoll(s, ep):
    while not ep.poll(0.5):
        pass
    return s.recvfrom(100)


def serve(s, wait):
    ep = select.epoll()
    ep.register(s, select.EPOLLIN)
    s.settimeout(None)
    data = b""
    while data != b"end":
        data, peer = wait(s, ep)
        s.sendto(data, peer)


def best_rtt(client, tries=4):
    """The shortest, in ms: with luck a frame comes just before the NAPI looks."""
    times = []
    for i in range(tries):
        begin = time.monotonic()
        client.sendto(b"%d" % i, (HERE, PORT))
        client.recv(100)
        times.append((time.monotonic() - begin) * 1000)
    print("#", " ".join("%.1f" % t for t in times), "ms")
    # The first finds nobody polling: the socket does not know yet where its frames come from.
    return sorted(times[1:])[len(times) // 2 - 1]


def run(client, name, wait, usecs, fast):
    s = udp("anp", HERE, PORT)
    if usecs:
        s.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, usecs)
    t = threading.Thread(target=serve, args=(s, wait), daemon=True)
    t.start()
    rtt = best_rtt(client)
    napi = s.getsockopt(socket.SOL_SOCKET, SO_INCOMING_NAPI_ID)
    client.sendto(b"end", (HERE, PORT))
    t.join()
    client.recv(100)
    s.close()
    if fast:
        point(rtt < LAZY_MS / 2, name + ": does not wait for the lower device", rtt)
    else:
        point(rtt > LAZY_MS / 2, name + ": waits for the lower device", rtt)
    return napi


def main():
    with open("/run/netns/" + sys.argv[1], encoding="ascii") as f, \
            open("/proc/self/ns/net", encoding="ascii") as own:
        libc = ctypes.CDLL(None)
        libc.setns(f.fileno(), 0x40000000)
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(10)
        libc.setns(own.fileno(), 0x40000000)
    if sys.argv[2] == "epoll":
        run(client, "epoll", wait_epoll, 0, True)
    else:
        napi = run(client, "no busy polling", wait_plain, 0, False)
        point(napi > os.cpu_count(), "SO_INCOMING_NAPI_ID", napi)
        same = run(client, "SO_BUSY_POLL", wait_plain, 2000000, True)
        point(same == napi, "the same NAPI again", (napi, same))
    done()


main()
