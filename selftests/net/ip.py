#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""One malformed datagram for each field of the IPv4 header, and legal oddities."""

from packets import (ANP, BROADCAST, ICMP, IP, PEER, TCP, Raw, answered, counted, done, dropped,
                     echo, ether, is_echo_reply, is_icmp, point, silent)


def with_options(options, **fields):
    """An echo request with raw option bytes, a multiple of four."""
    assert len(options) % 4 == 0
    header = bytes(IP(src=PEER, dst=ANP, ihl=5 + len(options) // 4, proto=1, chksum=0,
                      len=20 + len(options) + 8 + 56, **fields))[:20] + options
    header = header[:10] + checksum(header).to_bytes(2, "big") + header[12:]
    return header + bytes(echo()[ICMP])


def checksum(data):
    total = sum(int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def raw(packet):
    return Raw(bytes(packet))


def header_fields():
    """RFC 791 3.1; RFC 1122 3.2.1.1 (version) and RFC 1122 3.2.1.2 (checksum)."""
    dropped("version 5", echo(version=5), "IpInHdrErrors")
    dropped("version 6 in an IPv4 frame", echo(version=6), "IpInHdrErrors")
    dropped("header length 4", echo(ihl=4), "IpInHdrErrors")
    dropped("header length 0", echo(ihl=0), "IpInHdrErrors")
    dropped("header longer than the frame", raw(bytes(echo(size=0, ihl=15))[:28]), "IpInHdrErrors")
    dropped("frame shorter than a header", raw(bytes(echo())[:19]), "IpInHdrErrors")
    dropped("total length below the header's", echo(len=19), "IpInHdrErrors")
    dropped("total length 0", echo(len=0), "IpInHdrErrors")
    dropped("total length beyond the frame", echo(len=85), "IpExtInTruncatedPkts")
    dropped("wrong header checksum", echo(chksum=0x1234), "IpExtInCsumErrors")
    dropped("header checksum off by one bit", raw(flip(bytes(echo()), 10, 1)), "IpExtInCsumErrors")
    dropped("a changed TTL under an old checksum", raw(flip(bytes(echo()), 8, 2)),
            "IpExtInCsumErrors")
    dropped("unknown protocol", IP(src=PEER, dst=ANP, proto=253) / b"data", "IpInUnknownProtos")


def flip(data, offset, bits):
    return data[:offset] + bytes([data[offset] ^ bits]) + data[offset + 1:]


def addresses():
    """RFC 1122 3.2.1.3 and RFC 6890: who may send to whom.

    Broadcast and groups: RFC 1122 3.3.6, RFC 1112 7.2.
    """
    for src, what in (("127.0.0.1", "loopback"), ("224.0.0.5", "multicast"),
                      ("255.255.255.255", "limited broadcast"), ("10.0.0.255", "our broadcast"),
                      ("0.0.0.0", "nobody"), ("0.1.2.3", "network 0"), (ANP, "our own")):
        dropped(f"source {src} ({what})", echo(src=src), "AnpDropIpMartian")
    dropped("destination 127.0.0.1", echo(dst="127.0.0.1"), "AnpDropIpMartian")
    dropped("destination of another host", echo(dst="10.0.0.77"), "IpInAddrErrors")
    dropped("destination of another network", echo(dst="192.0.2.1"), "IpInAddrErrors")
    dropped("a group we are not in", echo(dst="224.0.0.251"), "IpInAddrErrors",
            dst="01:00:5e:00:00:fb")
    # RFC 9293 3.9.2.3
    dropped("a SYN to all", IP(src=PEER, dst="10.0.0.255") / TCP(flags="S"), "AnpDropIpMartian",
            dst=BROADCAST)
    dropped("our address in a broadcast frame", echo(), "AnpDropIpMartian", dst=BROADCAST)
    dropped("broadcast destination is received", echo(dst="10.0.0.255"), "AnpDropIcmpBroadcast",
            dst=BROADCAST)
    dropped("255.255.255.255 is received", echo(dst="255.255.255.255"), "AnpDropIcmpBroadcast",
            dst=BROADCAST)
    dropped("0.0.0.0 may talk to 255.255.255.255", echo(src="0.0.0.0", dst="255.255.255.255"),
            "AnpDropIcmpBroadcast", dst=BROADCAST)
    dropped("all hosts (224.0.0.1) is received", echo(dst="224.0.0.1"), "AnpDropIcmpBroadcast",
            dst="01:00:5e:00:00:01")


def options():
    """RFC 791 3.1; RFC 1122 3.2.2.5 (parameter problem); RFC 7126 4.3 and 4.4 (source routes)."""
    for name, bad in (("length 0", b"\x44\x00\x05\x00"), ("length 1", b"\x44\x01\x05\x00"),
                      ("length beyond the header", b"\x44\x05\x05\x00"),
                      ("no length", b"\x01\x01\x01\x44")):
        dropped(f"option with {name}", raw(with_options(bad)), "AnpDropIpOptions")
    reply = answered("... is answered by a parameter problem",
                     raw(with_options(b"\x01\x44\x09\x00")), is_icmp(12, 0))
    if reply:
        point(reply[ICMP].ptr == 22, "... that points at the length", reply.show(dump=True))
    for name, kind in (("loose", 131), ("strict", 137)):
        route = bytes([kind, 7, 4, 10, 0, 0, 9, 0])
        dropped(f"{name} source route", raw(with_options(route)), "AnpDropIpOptions")
        silent(f"... and nobody is told ({name})", raw(with_options(route)))
    for name, good in (("no-operation and end", b"\x01\x01\x00\x83"),
                       ("record route", bytes([7, 7, 4, 0, 0, 0, 0, 0])),
                       ("timestamp", bytes([68, 8, 5, 0, 0, 0, 0, 0])),
                       ("router alert", bytes([148, 4, 0, 0])),
                       ("an unknown option", bytes([0x5e, 4, 1, 2])),
                       ("the longest header", b"\x01" * 40)):
        answered(f"option ignored: {name}", raw(with_options(good)), is_echo_reply(56))


def oddities():
    answered("TTL 1 is for us", echo(ttl=1), is_echo_reply(56, ttl=64))
    answered("TTL 0 too (RFC 1122 3.2.1.7)", echo(ttl=0), is_echo_reply(56))
    answered("the type of service is kept", echo(tos=0xb8), is_echo_reply(56, tos=0xb8))
    answered("DF is no obstacle", echo(flags="DF"), is_echo_reply(56))
    answered("nor is the reserved flag", echo(flags=4), is_echo_reply(56))
    answered("nor any identification", echo(id=0xffff), is_echo_reply(56))
    padded = ether(echo(size=1)) + b"\xee" * 40
    answered("padding of the link is cut off", Raw(padded[14:]),
             lambda frame: is_echo_reply(1)(frame) and frame[IP].len == 29)
    counted("a good one drops nothing", echo(), {"IpInReceives": 1, "IpInDelivers": 1,
                                                 "IpOutRequests": 1})
    reply = answered("unknown protocol: 3/2", IP(src=PEER, dst=ANP, proto=253) / b"data",
                     is_icmp(3, 2))
    if reply:
        inner = bytes(reply[ICMP].payload)
        point(inner[12:20] == bytes([10, 0, 0, 1, 10, 0, 0, 2]) and inner[20:24] == b"data",
              "... quotes the datagram", reply.show(dump=True))
    silent("unknown protocol by broadcast: no error",
           IP(src=PEER, dst="10.0.0.255", proto=253) / b"data", dst=BROADCAST)


header_fields()
addresses()
options()
oddities()
done()
