#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Where ANP's datagrams go, and from which address, as plain iproute2 tells it to.

Runs in A of topo_router; the argument is the router's namespace.
"""

import errno
import os
import select
import socket
import subprocess
import sys
import time

from dgram import (IP_MTU, IP_MTU_DISCOVER, IP_RECVERR, anp_socket, done, eq, err_is, point,
                   readable, section, stat, udp, wait_until)

ROUTER = sys.argv[1]
GATEWAY, HOST, OWN, SECOND = "10.0.1.1", "10.0.2.2", "10.0.1.2", "10.0.1.22"


def ip(command, ns=None):
    args = ["ip"] + (["-n", ns] if ns else []) + command.split()
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL)


def route(command):
    verb, rest = command.split(" ", 1)
    ip(f"route {verb} table anp {rest}")


def connected(addr, port=9):
    s = anp_socket()
    s.connect((addr, port))
    return s


def source_for(addr, **options):
    with anp_socket() as s:
        if "tos" in options:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, options["tos"])
        s.connect((addr, 9))
        return s.getsockname()[0]


def connect_to(addr):
    connected(addr).close()


def sources():
    """RFC 1122 3.3.4.2: which address a host of several speaks with; RFC 1122 3.3.1: routes."""
    eq("by the default route, from the device's address", OWN, source_for(HOST))
    eq("on the link too", OWN, source_for(GATEWAY))
    eq("to 127.0.0.1 from 127.0.0.1", "127.0.0.1", source_for("127.0.0.1"))
    eq("to 127.1.2.3 from 127.0.0.1", "127.0.0.1", source_for("127.1.2.3"))
    eq("to an own address from that", OWN, source_for(OWN))
    with anp_socket() as s:
        s.connect(("0.0.0.0", 9))
        eq("0.0.0.0 is 127.0.0.1", "127.0.0.1", s.getpeername()[0])
    ip(f"addr add {SECOND}/24 dev anp0")
    eq("the primary address is chosen of two", OWN, source_for(GATEWAY))
    route(f"add 10.5.0.0/16 via {GATEWAY} dev anp0 src {SECOND}")
    eq("a route's src is the source", SECOND, source_for("10.5.0.1"))
    route(f"add 10.6.0.0/16 tos 0x10 via {GATEWAY} dev anp0 src {SECOND}")
    eq("a route for a type of service: not for others", OWN, source_for("10.6.0.1"))
    eq("... for that", SECOND, source_for("10.6.0.1", tos=0x10))
    ip("addr add 10.7.0.1/24 dev anp0")
    eq("a second network has its own source", "10.7.0.1", source_for("10.7.0.9"))
    ip("addr del 10.7.0.1/24 dev anp0")
    s = udp("anp", "127.0.0.1")
    err_is("a loopback source does not leave the host", errno.EINVAL, s.sendto, b"x", (HOST, 9))
    s.close()


def errors():
    for kind, code in (("unreachable", errno.EHOSTUNREACH), ("prohibit", errno.EACCES),
                       ("blackhole", errno.EINVAL), ("throw", errno.ENETUNREACH)):
        route(f"add {kind} 10.8.0.0/16")
        err_is(f"a route of type {kind}", code, connect_to, "10.8.0.1")
        route(f"del {kind} 10.8.0.0/16")
    ip("link add other type bridge")
    ip("link set other up")
    route("add 10.8.0.0/16 dev other")
    err_is("a route through a device that is not ANP's", errno.ENETUNREACH, connect_to, "10.8.0.1")
    ip("link del other")
    err_is("0.1.2.3 is nobody", errno.EINVAL, connect_to, "0.1.2.3")
    s = connected(HOST)
    s.send(b"before")
    route("del default")
    err_is("no route: connect fails", errno.ENETUNREACH, connect_to, HOST)
    err_is("... and a connected socket notices", errno.ENETUNREACH, s.send, b"x")
    route(f"add default via {GATEWAY} dev anp0")
    eq("... and that it is back", 1, s.send(b"x"))
    s.close()


def neighbour_fails():
    s = connected("10.0.1.99")
    s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    s.send(b"nobody is there")
    point(wait_until(lambda: readable(s), 6), "an unresolved neighbour wakes the sender")
    eq("... with EHOSTUNREACH", errno.EHOSTUNREACH,
       s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    s.close()


def path_mtu(addr):
    with connected(addr) as s:
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 2)
        return s.getsockopt(socket.IPPROTO_IP, IP_MTU)


def mtus():
    eq("the MTU is the device's", 1500, path_mtu(HOST))
    route(f"add 10.9.0.0/16 via {GATEWAY} dev anp0 mtu 1000")
    eq("or the route's", 1000, path_mtu("10.9.0.1"))
    s = connected("10.9.0.1")
    s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 2)
    eq("as much as fits is sent", 972, s.send(bytes(972)))
    err_is("one octet more is EMSGSIZE", errno.EMSGSIZE, s.send, bytes(973))
    s.close()
    before = stat("IpFragCreates")
    with connected("10.9.0.1") as s:
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 0)
        s.send(bytes(2920))
    eq("without DF it leaves in fragments", 3, stat("IpFragCreates") - before)


class Wire:
    """Frames that match, as the router's eth0 sees them: (destination MAC, tcpdump's text)."""

    def __init__(self, match):
        self.dump = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{ROUTER}", "tcpdump", "-i", "eth0", "-nn", "-e", "-l",
             "-t", "-Q", "in", match],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.dump.stderr.readline()
        self.dump.stderr.readline()

    def lines(self, count, seconds=3):
        text = ""
        end = time.monotonic() + seconds
        while text.count("\n") < count and select.select([self.dump.stdout], [], [],
                                                         max(0, end - time.monotonic()))[0]:
            text += os.read(self.dump.stdout.fileno(), 65536).decode()
        return [(line.split(" > ")[1].split(",")[0], line) for line in text.splitlines()]

    def close(self):
        self.dump.terminate()
        self.dump.communicate()


def gateways():
    """Next hops with link addresses that tell them apart."""
    for i in (51, 52, 53):
        ip(f"neigh replace 10.0.1.{i} lladdr 02:00:00:00:00:{i} dev anp0 nud permanent")
    route("add 10.10.0.0/16 nexthop via 10.0.1.51 dev anp0 nexthop via 10.0.1.52 dev anp0")
    ip("nexthop add id 53 via 10.0.1.53 dev anp0")
    route("add 10.11.0.0/16 nhid 53")
    wire = Wire("udp dst port 9")
    s = anp_socket()
    for i in range(1, 33):
        s.sendto(b"x", (f"10.10.0.{i}", 9))
    macs = [mac for mac, _ in wire.lines(32)]
    used = {mac[-2:]: macs.count(mac) for mac in set(macs)}
    point(set(used) == {"51", "52"} and min(used.values()) >= 4, "both next hops carry traffic",
          used)
    for _ in range(8):
        s.sendto(b"x", ("10.10.0.1", 9))
    eq("... and one destination always the same", 1, len({mac for mac, _ in wire.lines(8)}))
    s.sendto(b"x", ("10.11.0.1", 9))
    eq("a nexthop object", "02:00:00:00:00:53", wire.lines(1)[0][0])
    s.close()
    wire.close()
    route("del 10.11.0.0/16")
    ip("nexthop del id 53")


def floods():
    """RFC 1112 6.1 and 6.4: multicast in the group's frame, with a TTL of 1, and looped back."""
    wire = Wire("udp dst port 9")
    s = anp_socket()
    err_is("broadcast needs SO_BROADCAST", errno.EACCES, s.sendto, b"x", ("10.0.1.255", 9))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    listener = udp("anp", "0.0.0.0", 9)
    for addr in ("10.0.1.255", "255.255.255.255"):
        s.sendto(addr.encode(), (addr, 9))
        frames = wire.lines(1)
        eq(f"{addr} leaves in a broadcast frame", "ff:ff:ff:ff:ff:ff", frames and frames[0][0])
        eq("... and comes back to ourselves", addr.encode(), listener.recv(100))
    for addr, mac in (("224.0.0.1", "01:00:5e:00:00:01"), ("239.129.2.3", "01:00:5e:01:02:03")):
        s.sendto(b"x", (addr, 9))
        frames = wire.lines(1)
        eq(f"{addr} leaves in the group's frame", mac, frames and frames[0][0])
    eq("224.0.0.1 comes back: we are in it", b"x", listener.recv(100))
    point(not readable(listener, 0.2), "a group we are not in does not")
    s.close()
    listener.close()
    wire.close()


def local():
    wire = Wire("udp")
    server = udp("anp", "0.0.0.0", 7777)
    s = anp_socket()
    for addr in ("127.0.0.1", "127.9.9.9", OWN, SECOND, "0.0.0.0"):
        s.sendto(b"to myself", (addr, 7777))
        eq(f"to {addr}", b"to myself", server.recv(100))
    s.sendto(bytes(60000), ("127.0.0.1", 7777))
    eq("60000 octets in one piece", (60000, 0), (len(server.recv(65536)), stat("IpReasmFails")))
    point(not wire.lines(1, 0.3), "nothing of it is on the wire")
    s.close()
    server.close()
    wire.close()


def changes():
    """What happens to a connected socket when the ground moves."""
    ip("addr add 10.0.1.23/24 dev anp0")
    s = udp("anp", "10.0.1.23")
    s.connect((HOST, 9))
    s.send(b"x")
    ip("addr del 10.0.1.23/24 dev anp0")
    err_is("its address is gone", errno.EINVAL, s.send, b"x")
    s.close()
    s = connected(HOST)
    ip("link set anp0 down")
    err_is("the device is down", errno.ENETUNREACH, s.send, b"x")
    ip("link set anp0 up")
    route(f"add default via {GATEWAY} dev anp0")
    eq("... and up again", 1, s.send(b"x"))
    eq("127.0.0.1 answers", "127.0.0.1", source_for("127.0.0.1"))
    loop = connected("127.0.0.1")
    ip("link del anp0")
    point(not os.path.exists("/sys/class/net/anp0"), "sockets do not hold the device")
    err_is("... and their address is gone with it", errno.EINVAL, s.send, b"x")
    err_is("no device, no loopback", errno.ENETUNREACH, loop.send, b"x")
    err_is("... nor for a new one", errno.ENETUNREACH, connect_to, "127.0.0.1")
    s.close()
    loop.close()


for test in (sources, errors, neighbour_fails, mtus, gateways, floods, local, changes):
    with section(test.__name__):
        test()
done()
