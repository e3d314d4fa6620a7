#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""offload.py ANP_NS PEER_NS: what is on the wire with each of `ethtool -K anp0` on and off.

A packet socket on the peer's end of the cable tells of each frame how it came: one packet or several
in one, its checksum complete or left to be filled in.
"""

import array
import contextlib
import os
import socket
import struct
import subprocess
import sys
import threading

from dgram import SOL_UDP, UDP_SEGMENT, done, eq, point, section, udp, wait_until
from rtnl import RTM_NEWLINK, Rtnl, attr
from stream import connected, listener, namespace

HERE, PEER = "10.0.0.2", "10.0.0.1"
SOL_PACKET, PACKET_AUXDATA, ETH_P_ALL = 263, 8, 3
SO_RCVBUFFORCE, UDP_GRO = 33, 104
TP_STATUS_CSUMNOTREADY = 8
IFLA_GSO_MAX_SIZE, IFLA_GSO_IPV4_MAX_SIZE = 41, 63
MTU, BYTES, PIECE = 1500, 100000, 1000
TRACING = "/sys/kernel/tracing/"

ANP_NS, PEER_NS = ("/run/netns/" + name for name in sys.argv[1:3])
ports = iter(range(8000, 9000))


def ethtool(space, dev, *settings):
    subprocess.run(["nsenter", "--net=" + space, "ethtool", "-K", dev, *settings], check=True,
                   stdout=subprocess.DEVNULL)


def rx_usecs(usecs):
    """Frames wait so long in anp0's ring, where GRO joins them; 0: they are received inline."""
    subprocess.run(["nsenter", "--net=" + ANP_NS, "ethtool", "-C", "anp0", "rx-usecs", str(usecs)],
                   check=True)


def total(data):
    if len(data) % 2:
        data += b"\0"
    words = sum(array.array("H", data))
    while words >> 16:
        words = (words >> 16) + (words & 0xFFFF)
    return words


class Frame:
    """An IPv4 packet of the wire."""

    def __init__(self, packet, status):
        ihl = (packet[0] & 15) * 4
        self.proto = packet[9]
        said, = struct.unpack_from("!H", packet, 2)
        self.big = not said
        packet = packet[:said or len(packet)]
        self.src, self.len = packet[12:16], len(packet)
        self.header_good = total(packet[:ihl]) == 0xFFFF
        self.partial = bool(status & TP_STATUS_CSUMNOTREADY)
        pseudo = packet[12:20] + struct.pack("!HH", self.proto, (self.len - ihl) & 0xFFFF)
        self.sum_good = total(pseudo + packet[ihl:]) == 0xFFFF
        data = ihl + (8 if self.proto == 17 else (packet[ihl + 12] >> 4) * 4)
        self.data = self.len - data


class Tap:
    """Frames on @dev, from @src if that is said."""

    def __init__(self, space, dev, src):
        with namespace(space):
            self.s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
        self.s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.s.bind((dev, ETH_P_ALL))
        self.s.setblocking(False)
        self.src = socket.inet_aton(src)
        self.seen = []

    def frames(self, proto):
        """Those with data that have come so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                raw, anc, _, _ = self.s.recvmsg(1 << 20, 100)
                if raw[12:14] == b"\x08\0":
                    self.seen.append(Frame(raw[14:], struct.unpack_from("I", anc[0][2])[0]))
        return [f for f in self.seen if f.src == self.src and f.proto == proto and f.data > 0]

    def close(self):
        self.s.close()


def read_all(conn, want, got):
    while len(got) < want:
        data = conn.recv(1 << 20)
        if not data:
            return
        got += data


def transfer(src_family, src_space, dst_family, dst_space, addr, size=BYTES):
    """Bytes one way; did they arrive?"""
    port, got, data = next(ports), bytearray(), os.urandom(size)
    with namespace(dst_space):
        lsock = listener(dst_family, addr, port)
    with namespace(src_space):
        tx = connected(src_family, addr, port)
    rx, _ = lsock.accept()
    rx.settimeout(60)
    tx.settimeout(60)
    reader = threading.Thread(target=read_all, args=(rx, size, got))
    reader.start()
    tx.sendall(data)
    reader.join()
    for s in tx, rx, lsock:
        s.close()
    return bytes(got) == data


def stream_out(size=BYTES):
    """ANP sends a stream: the frames of it on the wire, and whether it arrived."""
    tap = Tap(PEER_NS, "eth0", HERE)
    good = transfer("anp", ANP_NS, "inet", PEER_NS, PEER, size)
    wait_until(lambda: sum(f.data for f in tap.frames(6)) >= size)
    frames = tap.frames(6)
    tap.close()
    return frames, good


def datagrams_out(count=8):
    """ANP sends datagrams by one call (UDP_SEGMENT): their frames, and whether each arrived."""
    tap = Tap(PEER_NS, "eth0", HERE)
    port = next(ports)
    with namespace(PEER_NS):
        rx = udp("inet", PEER, port)
    tx = udp("anp")
    tx.setsockopt(SOL_UDP, UDP_SEGMENT, PIECE)
    data = os.urandom(PIECE * count)
    tx.sendto(data, (PEER, port))
    got = b"".join(rx.recv(2 * PIECE) for _ in range(count))
    frames = tap.frames(17)
    for s in (tap, rx, tx):
        s.close()
    return frames, got == data


#        settings of anp0            TCP in one  UDP in one  checksum left to the device
CASES = (
    ("everything on", (), True, True, True),
    ("tso off", ("tso", "off"), False, True, True),
    ("gso off", ("gso", "off"), False, False, True),
    ("tx-udp-segmentation off", ("tx-udp-segmentation", "off"), True, False, True),
    ("tx off", ("tx", "off"), False, False, False),
    ("sg off", ("sg", "off"), False, False, True),
)
ALL = ("sg", "tx", "tso", "gso", "gro", "rx", "tx-udp-segmentation")


def all_on(space=ANP_NS, dev="anp0", state="on"):
    ethtool(space, dev, *[word for name in ALL for word in (name, state)])


def judge(name, frames, arrived, joined, partial):
    point(arrived and frames and all(f.header_good for f in frames),
          name + ": arrives, the IP headers are right", len(frames))
    sizes = [f.len for f in frames]
    if joined:
        point(max(sizes) > MTU, name + ": as super-packets", sizes)
    else:
        point(max(sizes) <= MTU, name + ": packet by packet", sizes)
    if partial:
        point(all(f.partial for f in frames), name + ": checksums are left to the device")
    else:
        point(not any(f.partial for f in frames) and all(f.sum_good for f in frames),
              name + ": checksums are complete and right")


def combinations():
    for name, settings, tcp_joined, udp_joined, partial in CASES:
        if settings:
            ethtool(ANP_NS, "anp0", *settings)
        judge(name + ", TCP", *stream_out(), tcp_joined, partial)
        judge(name + ", UDP", *datagrams_out(), udp_joined, partial)
        all_on()


def in_pieces():
    """Packets that are given to the lower device in more than one piece of memory."""
    with open(TRACING + "instances/offload/trace", encoding="ascii") as f:
        return sum("dev=eth0 " in line for line in f)


def scattered():
    """sg: a packet's data stays in the pages where it is, or comes to lie behind its header."""
    os.mkdir(TRACING + "instances/offload")
    event = "instances/offload/events/net/net_dev_start_xmit/"
    try:
        tell(event + "filter", "data_len > 0")
        tell(event + "enable", "1")
        for state in "on", "off":
            ethtool(ANP_NS, "anp0", "sg", state)
            tell("instances/offload/trace", "")
            stream_out()
            point((in_pieces() > 0) == (state == "on"), "sg %s: pieces" % state, in_pieces())
    finally:
        tell(event + "enable", "0")
        os.rmdir(TRACING + "instances/offload")
        all_on()


def live():
    """A connection that is open follows, too."""
    tap = Tap(PEER_NS, "eth0", HERE)
    port = next(ports)
    with namespace(PEER_NS):
        lsock = listener("inet", PEER, port)
    tx = connected("anp", PEER, port)
    rx, _ = lsock.accept()
    rx.settimeout(30)
    for state in "off", "on":
        ethtool(ANP_NS, "anp0", "gso", state)
        if state == "on":
            all_on()
        tap.frames(6)
        tap.seen.clear()
        got = bytearray()
        reader = threading.Thread(target=read_all, args=(rx, BYTES, got))
        reader.start()
        tx.sendall(bytes(BYTES))
        reader.join()
        big = max(f.len for f in tap.frames(6)) > MTU
        eq("an open connection, gso " + state, state == "on", big)
    for s in (tx, rx, lsock, tap):
        s.close()


def hits(name):
    with open(TRACING + "kprobe_profile", encoding="ascii") as f:
        for line in f:
            if line.split()[0] == name:
                return int(line.split()[1])
    return 0


def tell(name, text):
    with open(TRACING + name, "w", encoding="ascii") as f:
        f.write(text)


@contextlib.contextmanager
def counted(function):
    """Counts the calls of a kernel function."""
    tell("kprobe_events", "p:anp_test/offload " + function)
    tell("events/anp_test/offload/enable", "1")
    try:
        yield lambda: hits("offload")
    finally:
        tell("events/anp_test/offload/enable", "0")
        # Opened to be written anew it forgets all.
        tell("kprobe_events", "")


def rx_checksum():
    """The lower's GRO has seen each checksum: without rx ANP looks itself."""
    ethtool(PEER_NS, "eth0", "tx", "off")
    ethtool(ANP_NS, "eth0", "gro", "on")
    with counted("__skb_checksum_complete") as count:
        for state in "on", "off":
            ethtool(ANP_NS, "anp0", "rx", state)
            before = count()
            arrived = [transfer("inet", PEER_NS, "anp", ANP_NS, HERE, 100) for _ in range(3)]
            point(all(arrived), "rx %s: arrives" % state)
            looked = count() - before
            point(looked >= 3 if state == "off" else looked == 0,
                  "rx %s: checksums are %s" % (state, "checked" if state == "off" else "believed"),
                  looked)
    ethtool(PEER_NS, "eth0", "tx", "on", "tso", "on")
    ethtool(ANP_NS, "eth0", "gro", "off")
    all_on()


def gro():
    """Frames of a connection are joined in anp0's queue."""
    ethtool(PEER_NS, "eth0", "tso", "off", "gso", "off", "tx-udp-segmentation", "off")
    rx_usecs(500)
    for state in "on", "off":
        ethtool(ANP_NS, "anp0", "gro", state)
        tap = Tap(ANP_NS, "anp0", PEER)
        good = transfer("inet", PEER_NS, "anp", ANP_NS, HERE)
        sizes = [f.len for f in tap.frames(6)]
        tap.close()
        point(good and (max(sizes) > MTU) == (state == "on"), "gro %s: TCP" % state, sizes)
    ethtool(ANP_NS, "anp0", "gro", "on")
    for state in "off", "on":
        ethtool(ANP_NS, "anp0", "rx-udp-gro-forwarding", state)
        port = next(ports)
        rx = udp("anp", HERE, port)
        rx.setsockopt(SOL_UDP, UDP_GRO, 1)
        with namespace(PEER_NS):
            tx = udp("inet")
        tx.setsockopt(SOL_UDP, UDP_SEGMENT, PIECE)
        data = os.urandom(16 * PIECE)
        tx.sendto(data, (HERE, port))
        got = []
        while sum(map(len, got)) < len(data):
            got.append(rx.recv(65536))
        point(b"".join(got) == data and (max(map(len, got)) > PIECE) == (state == "on"),
              "rx-udp-gro-forwarding %s" % state, [len(d) for d in got])
        rx.close()
        tx.close()
    ethtool(ANP_NS, "anp0", "rx-udp-gro-forwarding", "off")
    rx_usecs(0)


def nft(command):
    subprocess.run(["nsenter", "--net=" + ANP_NS, "nft", command], check=True)


def joined_and_lost():
    """
    What GRO joins is in the sender's queue, too, and in that of a tap below: it must come again, whole, if
    it is lost behind GRO.
    """
    size = 1 << 20
    rx_usecs(500)
    nft("add table netdev t; add chain netdev t c { type filter hook ingress device anp0 priority 0; };"
        "add rule netdev t c ip id & 7 == 7 drop")
    try:
        for state in "on", "off":
            ethtool(PEER_NS, "eth0", "tso", state, "gso", state)
            tap = Tap(ANP_NS, "eth0", PEER)
            good = [transfer("inet", PEER_NS, "anp", ANP_NS, HERE, size) for _ in range(3)]
            seen = sum(f.data for f in tap.frames(6))
            tap.close()
            point(all(good), "joined, lost and sent again, tso %s" % state, good)
            point(seen > 3 * size, "... and a tap below saw all of it, and what was lost twice", seen)
    finally:
        nft("delete table netdev t")
        rx_usecs(0)


def plain_lower():
    """A cable without any offload."""
    for space in ANP_NS, PEER_NS:
        all_on(space, "eth0", "off")
    for name, args in (("out", ("anp", ANP_NS, "inet", PEER_NS, PEER)),
                       ("in", ("inet", PEER_NS, "anp", ANP_NS, HERE))):
        tap = Tap(PEER_NS if name == "out" else ANP_NS, "eth0", HERE if name == "out" else PEER)
        good = transfer(*args)
        frames = tap.frames(6)
        tap.close()
        judge("a lower device without offloads, " + name, frames, good, False, False)
    judge("a lower device without offloads, UDP", *datagrams_out(), False, False)
    for space in ANP_NS, PEER_NS:
        all_on(space, "eth0")


def set_max(space, dev, kind, size):
    with namespace(space):
        index = socket.if_nametoindex(dev)
        Rtnl().ask(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, index, 0, 0) + attr(kind, size))


def big_tcp():
    """Super-packets of more than 64 KB, where the kernel has them for IPv4."""
    version = tuple(int(n) for n in os.uname().release.split("-")[0].split("+")[0].split(".")[:2])
    if version < (6, 3):
        try:
            set_max(ANP_NS, "anp0", IFLA_GSO_MAX_SIZE, 200000)
            point(False, "more than 64 KB are refused")
        except OSError:
            point(True, "more than 64 KB are refused")
        return
    for dev, space in (("eth0", ANP_NS), ("eth0", PEER_NS), ("anp0", ANP_NS)):
        set_max(space, dev, IFLA_GSO_IPV4_MAX_SIZE, 200000)
    frames, good = stream_out(4 << 20)
    big = [f for f in frames if f.big]
    point(good and big, "super-packets of more than 64 KB", sorted(f.len for f in frames)[-5:])
    point(all(f.len > 65535 and f.header_good for f in big), "... and their headers say 0")
    set_max(ANP_NS, "eth0", IFLA_GSO_IPV4_MAX_SIZE, 65536)
    frames, good = stream_out(4 << 20)
    point(good and not any(f.big for f in frames), "a lower device that takes less gets less",
          sorted(f.len for f in frames)[-5:])
    set_max(PEER_NS, "eth0", IFLA_GSO_IPV4_MAX_SIZE, 200000)
    point(transfer("inet", PEER_NS, "anp", ANP_NS, HERE, 4 << 20), "what comes so large is taken")


def main():
    for part in combinations, scattered, live, rx_checksum, gro, joined_and_lost, plain_lower, big_tcp:
        with section(part.__name__):
            part()
    done()


main()
