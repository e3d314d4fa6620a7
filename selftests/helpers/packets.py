# SPDX-License-Identifier: GPL-2.0
"""Hand-made frames for ANP, and what they did there.

Imported by the scripts that lib/packets.sh runs in the peer's namespace. Frames
go out by a packet socket on eth0; ANP's counters are read through a process in
its namespace. Each method makes one test point.
"""

import os
import select
import socket
import sys
import time

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption  # noqa: F401
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Padding, Raw  # noqa: F401

ANP = os.environ.get("ANP_ADDR", "10.0.0.2")
PEER = os.environ.get("PEER_ADDR", "10.0.0.1")
ANP_MAC = os.environ["ANP_MAC"]
PEER_MAC = os.environ["PEER_MAC"]
STAT = os.environ["ANP_STAT"]
IFACE = os.environ.get("PEER_IFACE", "eth0")
FIRST_DROP = "AnpDropLinkDown"
BROADCAST = "ff:ff:ff:ff:ff:ff"

sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
sock.bind((IFACE, 0))


def point(good, desc, why=""):
    """A test point; lib/packets.sh makes TAP of it."""
    for line in str(why).splitlines() if not good else ():
        print("#", line)
    print("ok" if good else "not ok", desc, flush=True)
    return good


def counters():
    with open(STAT, encoding="ascii") as stat:
        return {name: int(value) for name, value in map(str.split, stat)}


def drops(now):
    names = list(now)
    return {name: now[name] for name in names[names.index(FIRST_DROP):]}


def changes(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def ether(packet, dst=None, src=None):
    """The frame of an IP or ARP packet, or of Raw data as IPv4; a frame, or its bytes, itself."""
    if isinstance(packet, (Ether, bytes)):
        return bytes(packet)
    proto = 0x806 if isinstance(packet, ARP) else 0x800
    return bytes(Ether(dst=dst or ANP_MAC, src=src or PEER_MAC, type=proto) / packet)


def echo(size=56, ident=1, seq=1, **fields):
    """An echo request to ANP with the given IPv4 header fields."""
    fields = {"src": PEER, "dst": ANP, **fields}
    data = bytes(i & 0xff for i in range(size))
    return IP(**fields) / ICMP(id=ident, seq=seq) / data


def send(*packets, dst=None, src=None):
    for packet in packets:
        sock.send(ether(packet, dst, src))


def drain():
    while select.select([sock], [], [], 0)[0]:
        sock.recv(65536)


# Slow kernels get more time for what has to happen.
PATIENCE = float(os.environ.get("TIMEOUT_FACTOR") or 1)


def receive(match, timeout=2.0, count=1):
    """The frames of ANP that match, until there are count of them or time is up."""
    found = []
    end = time.monotonic() + timeout
    while len(found) < count:
        left = end - time.monotonic()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            break
        data, addr = sock.recvfrom(65536)
        if addr[2] == socket.PACKET_OUTGOING:
            continue
        frame = Ether(data)
        if match(frame):
            found.append(frame)
    return found


def settle(before, wanted, timeout=2.0):
    """Waits until the wanted counters, or the sums of those in a tuple, have changed that much; all changes."""
    end = time.monotonic() + timeout * PATIENCE
    sums = [(names if isinstance(names, tuple) else (names,), n) for names, n in wanted.items()]
    while True:
        got = changes(before, counters())
        if all(sum(got.get(name, 0) for name in names) >= n for names, n in sums) or time.monotonic() > end:
            return got
        time.sleep(0.01)


def dropped(desc, packets, reason, count=1, dst=None, src=None):
    """The packets are dropped, for this reason and no other."""
    packets = packets if isinstance(packets, list) else [packets]
    before = counters()
    send(*packets, dst=dst, src=src)
    settle(before, {reason: count})
    time.sleep(0.02)
    got = changes(drops(before), drops(counters()))
    return point(got == {reason: count}, f"{desc}: {reason}", f"drops: {got}")


def counted(desc, packets, wanted, dst=None, src=None):
    """The counters change that much, and nothing is dropped."""
    packets = packets if isinstance(packets, list) else [packets]
    before = counters()
    send(*packets, dst=dst, src=src)
    got = settle(before, wanted)
    bad = changes(drops(before), drops(counters()))
    good = not bad and all(got.get(name, 0) == n for name, n in wanted.items())
    return point(good, desc, f"wanted {wanted}, got {got}")


def answered(desc, packets, match, timeout=2.0, dst=None, src=None):
    """ANP answers with a frame that matches; the frame."""
    packets = packets if isinstance(packets, list) else [packets]
    drain()
    send(*packets, dst=dst, src=src)
    found = receive(match, timeout * PATIENCE)
    point(bool(found), desc, "no such answer")
    return found[0] if found else None


def doubts(frame):
    """Is it the question whether a neighbour is still there?  Time alone makes it, not what was sent."""
    return ARP in frame and frame[ARP].op == 1 and frame.dst != "ff:ff:ff:ff:ff:ff"


def silent(desc, packets, match=None, wait=0.3, dst=None, src=None):
    """Nothing that matches (by default: nothing at all) comes back."""
    packets = packets if isinstance(packets, list) else [packets]
    drain()
    send(*packets, dst=dst, src=src)
    found = receive(match or (lambda frame: not doubts(frame)), wait)
    return point(not found, desc, found[0].show(dump=True) if found else "")


def is_echo_reply(size=None, ident=1, **fields):
    """Matches a whole echo reply with the data that echo() sends."""
    def match(frame):
        if ICMP not in frame or frame[ICMP].type != 0 or frame[ICMP].id != ident:
            return False
        data = bytes(frame[ICMP].payload)[:frame[IP].len - frame[IP].ihl * 4 - 8]
        if size is not None and data != bytes(i & 0xff for i in range(size)):
            return False
        return all(getattr(frame[IP], name) == value for name, value in fields.items())
    return match


def is_icmp(type_, code):
    return lambda frame: ICMP in frame and frame[ICMP].type == type_ and frame[ICMP].code == code


def done():
    print("done", flush=True)
    sys.exit(0)
