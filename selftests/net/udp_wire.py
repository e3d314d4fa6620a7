#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""UDP datagrams as no sender makes them: lengths, checksums, fragments, and noise."""

import os
import random
import struct

from packets import (ANP, BROADCAST, ICMP, IP, PEER, UDP, Raw, answered, counted, counters,
                     done, dropped, ether, is_icmp, point, send, settle, silent)

OPEN, CLOSED = 7000, 7999       # an echo server is there, and nobody
RNG = random.Random(int(os.environ.get("SEED", "1")))


def datagram(data=b"data", port=OPEN, src=PEER, dst=ANP, **udp):
    return IP(src=src, dst=dst) / UDP(sport=9, dport=port, **udp) / Raw(data)


def is_echo(data):
    return lambda frame: UDP in frame and frame[UDP].sport == OPEN and \
        bytes(frame[UDP].payload)[:len(data)] == data and frame[UDP].len == len(data) + 8


def lengths():
    """RFC 768: the Length field against the datagram."""
    for n in range(8):
        dropped(f"only {n} bytes", IP(src=PEER, dst=ANP, proto=17) / Raw(bytes(n)), "UdpInErrors")
    for n in 0, 1, 7:
        dropped(f"a length of {n}", datagram(len=n), "UdpInErrors")
    dropped("a length of one more than there is", datagram(len=13), "UdpInErrors")
    dropped("a length of 65535", datagram(len=65535), "UdpInErrors")
    whole = bytes(IP(bytes(datagram(b"data")))[UDP])
    answered("less than IP brought: the rest is no data",
             IP(src=PEER, dst=ANP, proto=17) / Raw(whole + b"junk"), is_echo(b"data"))
    answered("no data at all", datagram(b""), is_echo(b""))


def checksums():
    """RFC 1122 4.1.3.4."""
    dropped("a wrong checksum", datagram(chksum=0x1234), "UdpInCsumErrors")
    answered("a checksum of zero is none", datagram(chksum=0), is_echo(b"data"))
    good = IP(bytes(datagram(b"even")))
    for i in range(4):
        bad = bytearray(bytes(good))
        bad[28 + i] ^= 1 << i
        dropped(f"bit {i} of byte {i} flipped", Raw(bytes(bad)), "UdpInCsumErrors")
    other = IP(bytes(datagram()))
    other.src = "10.0.0.9"
    other.chksum = None
    dropped("a checksum for another source", IP(bytes(other)), "UdpInCsumErrors")
    answered("an odd number of bytes", datagram(b"odd"), is_echo(b"odd"))


def nobody():
    """RFC 1122 4.1.3.1: port unreachable."""
    frame = answered("nobody there: port unreachable", datagram(port=CLOSED), is_icmp(3, 3))
    if frame:
        quote = bytes(frame[ICMP].payload)
        point(quote[:28] == bytes(IP(bytes(datagram(port=CLOSED))))[:28], "... quoting it")
    dropped("... counted", datagram(port=CLOSED), "UdpNoPorts")
    silent("a broadcast to nobody is not answered", datagram(port=CLOSED, dst="10.0.0.255"),
           dst=BROADCAST)
    silent("... nor a limited one", datagram(port=CLOSED, dst="255.255.255.255"), dst=BROADCAST)
    silent("... nor a multicast", datagram(port=CLOSED, dst="224.0.0.1"), dst="01:00:5e:00:00:01")
    silent("a bad checksum to nobody is not answered", datagram(port=CLOSED, chksum=1))
    answered("port 0 is nobody", datagram(port=0), is_icmp(3, 3))
    counted("a broadcast to somebody", datagram(b"all", dst="10.0.0.255"), {"UdpOutDatagrams": 1},
            dst=BROADCAST)


def errors():
    """ICMP errors about datagrams that no socket sent do nothing."""
    for sport, dport in ((OPEN, 5), (1, 1), (0, 0)):
        quote = IP(src=ANP, dst="10.0.0.77") / UDP(sport=sport, dport=dport) / b"x"
        counted(f"an error for port {sport}", IP(src=PEER, dst=ANP) / ICMP(type=3, code=3) /
                Raw(bytes(quote)), {"IcmpInDestUnreachs": 1})
    quote = IP(src=ANP, dst=PEER, flags="DF", len=1500) / UDP(sport=OPEN, dport=9, len=1480, chksum=1)
    counted("fragmentation needed", IP(src=PEER, dst=ANP) / ICMP(type=3, code=4, nexthopmtu=1400) /
            Raw(bytes(quote)), {"IcmpInDestUnreachs": 1})
    answered("the server still answers", datagram(b"well?"), is_echo(b"well?"))


def noise(count=1000):
    """Random headers and cuts: nothing breaks, each packet is accounted for once."""
    # Scapy takes its time: a header of each length once.
    headers = [ether(IP(src=PEER, dst=ANP, proto=17) / Raw(bytes(n)))[:34] for n in range(68)]
    before = counters()
    for _ in range(count):
        head = struct.pack("!HHHH", RNG.getrandbits(16), RNG.choice((OPEN, CLOSED, RNG.getrandbits(16))),
                           RNG.choice((RNG.getrandbits(16), RNG.randrange(64))),
                           RNG.choice((0, RNG.getrandbits(16))))
        packet = head + RNG.randbytes(RNG.randrange(60))
        packet = packet[:RNG.randrange(len(packet) + 1)]
        send(headers[len(packet)] + packet)
    # Where each ends, for the first counters tell of one that is still on its way.
    ends = ("UdpInErrors", "UdpInCsumErrors", "UdpNoPorts", "UdpInDatagrams", "UdpRcvbufErrors")
    got = settle(before, {ends: count}, 10)
    point(sum(got.get(x, 0) for x in ends) == count, f"{count} random datagrams", got)
    answered("the server still answers", datagram(b"well?"), is_echo(b"well?"))


lengths()
checksums()
nobody()
errors()
noise()
done()
