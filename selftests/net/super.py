#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Super-packets that no honest sender makes, written to a tun device below an anp device: what the
# virtio header claims and what the packet is do not go together.  The kernel must not warn, and what
# is honest still has to arrive.
import errno
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys

TUNSETIFF, TUNSETVNETHDRSZ = 0x400454CA, 0x400454D8
IFF_TUN, IFF_NO_PI, IFF_VNET_HDR = 0x0001, 0x1000, 0x4000
NEEDS_CSUM = 1
GSO_NONE, GSO_TCPV4, GSO_UDP, GSO_UDP_L4, GSO_ECN = 0, 1, 3, 5, 0x80
US, ANP = socket.inet_aton("10.7.0.1"), socket.inet_aton("10.7.0.2")
AF_ANP = 22

points = 0
failed = 0


def check(desc, good, got=""):
    global points, failed
    points += 1
    if not good:
        failed += 1
        print("# got %s" % (got,))
    print("%sok %d - %s" % ("" if good else "not ", points, desc))


def total(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s >> 16) + (s & 0xFFFF)
    return s


def checksum(data):
    return ~total(data) & 0xFFFF


def ipv4(proto, payload, frag=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, frag, 64, proto, 0, US, ANP)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def pseudo(proto, length):
    return US + ANP + struct.pack("!HH", proto, length)


def echo(data):
    head = struct.pack("!BBHHH", 8, 0, 0, 7, 1)
    return struct.pack("!BBHHH", 8, 0, checksum(head + data), 7, 1) + data


# With @partial the device would fill the sum in: the field has that of the pseudo header.
def udp(port, data, partial):
    length = 8 + len(data)
    head = struct.pack("!HHHH", 4000, port, length, 0)
    if partial:
        s = total(pseudo(17, length))
    else:
        s = checksum(pseudo(17, length) + head + data)
    return struct.pack("!HHHH", 4000, port, length, s) + data


def tcp(port, flags, data):
    length = 20 + len(data)
    return struct.pack("!HHIIBBHHH", 4000, port, 1000, 0, 5 << 4, flags, 65535,
                       total(pseudo(6, length)), 0) + data


class Wire:
    def __init__(self):
        self.fd = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH22x", b"tun0",
                                                    IFF_TUN | IFF_NO_PI | IFF_VNET_HDR))

    # Whether the kernel let it in: it checks some of what the header claims.
    def send(self, packet, gso=GSO_NONE, size=0, csum=None, hdr_len=0):
        start, offset = csum or (0, 0)
        hdr = struct.pack("=BBHHHH", NEEDS_CSUM if csum else 0, gso, hdr_len, size, start, offset)
        try:
            os.write(self.fd, hdr + packet)
        except OSError as e:
            if e.errno != errno.EINVAL:
                raise
            return False
        return True

    # The next packet of @proto that comes out, or None.
    def receive(self, proto, seconds=5.0):
        while select.select([self.fd], [], [], seconds)[0]:
            packet = os.read(self.fd, 70000)[10:]
            if packet[9] == proto:
                return packet
        return None


def counter(name):
    with open("/proc/net/anp/stat") as f:
        for line in f:
            words = line.split()
            if words[0] == name:
                return int(words[1])
    raise KeyError(name)


def refused(wire, desc, *args, **kwargs):
    before = sum(counter(c) for c in ("IpInHdrErrors", "UdpInErrors"))
    let_in = wire.send(*args, **kwargs)
    after = sum(counter(c) for c in ("IpInHdrErrors", "UdpInErrors"))
    check(desc, after - before == (1 if let_in else 0), after - before)


def odd_sizes(wire):
    for gso in (GSO_TCPV4, GSO_TCPV4 | GSO_ECN, GSO_UDP, GSO_UDP_L4):
        for size in (1, 7, 536, 1460, 40000, 65535):
            for csum in (None, (20, 16), (20, 6), (34, 2)):
                for frame in (ipv4(6, tcp(9, 2, b"x" * 4000)), ipv4(6, tcp(9, 0x10, b"y" * 33)),
                              ipv4(17, udp(9, b"z" * 4000, csum == (20, 6))),
                              ipv4(1, echo(b"e" * 3000)), ipv4(47, b"g" * 3000)):
                    wire.send(frame, gso, size, csum, 40)


def main():
    wire = Wire()
    for words in ("link set tun0 up", "link add anp7 link tun0 type anp",
                  "addr add 10.7.0.2/24 dev anp7", "link set anp7 up"):
        subprocess.run(["ip"] + words.split(), check=True)
    s = socket.socket(AF_ANP, socket.SOCK_DGRAM)
    s.settimeout(5)
    libc_bind(s, 9)

    refused(wire, "an echo request that claims to be TCP", ipv4(1, echo(b"p" * 3000)), GSO_TCPV4,
            1000, (20, 16), 40)
    check("... is not answered", wire.receive(1, 0.3) is None)
    refused(wire, "a fragment that claims to be TCP",
            ipv4(6, tcp(9, 2, b"x" * 1004), 0x2000), GSO_TCPV4, 500, (20, 16), 40)
    refused(wire, "UDP segments with a checksum over all of them",
            ipv4(17, udp(9, b"u" * 3000, False)), GSO_UDP_L4, 1000)
    odd_sizes(wire)
    while wire.receive(6, 0.2):
        pass

    drain(s)
    if wire.send(ipv4(17, udp(9, b"v" * 3000, True)), GSO_UDP_L4, 1000, (20, 6), 28):
        got = [len(s.recv(4000)) for _ in range(3)]
        check("honest UDP segments arrive as datagrams", got == [1000] * 3, got)
    wire.send(ipv4(1, echo(b"q" * 100)))
    check("an honest echo request is answered", wire.receive(1) is not None)
    print("1..%d" % points)
    return 1 if failed else 0


def libc_bind(s, port):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    a = struct.pack("=HH4s8x", AF_ANP, socket.htons(port), ANP)
    if libc.bind(s.fileno(), a, len(a)):
        raise OSError(ctypes.get_errno(), "bind")


def drain(s):
    s.setblocking(False)
    try:
        while True:
            s.recv(70000)
    except BlockingIOError:
        pass
    s.settimeout(5)


sys.exit(main())
