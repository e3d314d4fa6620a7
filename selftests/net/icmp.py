#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ICMP messages, good and bad; what ANP answers to what, and what it never answers."""

import time

from packets import (ANP, BROADCAST, ICMP, IP, PEER, UDP, Raw, answered, counted,
                     counters, done, drain, dropped, echo, ether, is_echo_reply, is_icmp, point,
                     receive, send, settle, silent)

UNKNOWN = 253                   # RFC 3692: a protocol nobody has


def message(type_, code=0, **fields):
    return IP(src=PEER, dst=ANP) / ICMP(type=type_, code=code, **fields)


def quoted(**fields):
    """A UDP datagram that ANP could have sent."""
    return IP(**{"src": ANP, "dst": "10.0.0.77", "flags": "DF", "len": 1400, **fields}) / \
        UDP(sport=4000, dport=5000, len=1380, chksum=1)


def error(type_, code, quote, **fields):
    return message(type_, code, **fields) / Raw(bytes(quote))


def bad_messages():
    """RFC 792; what is out of use: RFC 6633 3 (source quench), RFC 1122 3.2.2.2, RFC 6918."""
    dropped("wrong checksum", message(8, chksum=0x1234), "IcmpInCsumErrors")
    corrupt = bytearray(bytes(echo()))
    corrupt[60] ^= 0x10
    dropped("a flipped bit in the data", Raw(bytes(corrupt)), "IcmpInCsumErrors")
    dropped("shorter than its header", IP(src=PEER, dst=ANP, proto=1) / b"\x08\x00\xf7",
            "IcmpInErrors")
    for type_, what in ((4, "source quench (RFC 6633)"), (5, "redirect"), (9, "router advertisement"),
                        (13, "timestamp request"), (15, "information request"),
                        (17, "address mask request"), (42, "extended echo"), (255, "type 255")):
        dropped(what, message(type_), "AnpDropIcmpType")
    dropped("echo to all", echo(dst="10.0.0.255"), "AnpDropIcmpBroadcast", dst=BROADCAST)
    dropped("an echo reply nobody waits for", message(0, id=99), "AnpDropIcmpNoSocket")


def bad_errors():
    for type_ in (3, 11, 12):
        dropped(f"error {type_} without a quote", message(type_), "IcmpInErrors")
    whole = bytes(quoted())
    dropped("a quote shorter than a header", message(3, 1) / Raw(whole[:19]), "IcmpInErrors")
    dropped("a quote without the ports", message(3, 1) / Raw(whole[:27]), "IcmpInErrors")
    dropped("a quote of version 6", error(3, 1, quoted(version=6)), "IcmpInErrors")
    dropped("a quote with header length 4", error(3, 1, quoted(ihl=4)), "IcmpInErrors")
    dropped("a quote with a header that is not all there", error(3, 1, quoted(ihl=15)),
            "IcmpInErrors")
    dropped("a quote of a later fragment", error(3, 1, quoted(frag=10)), "IcmpInErrors")
    dropped("a quote of what we never sent", error(3, 1, quoted(src="10.0.0.55")),
            "AnpDropIcmpNoSocket")
    dropped("a quote of a protocol nobody has", error(3, 2, quoted(proto=UNKNOWN)),
            "AnpDropIcmpNoSocket")
    dropped("an answer to a broadcast", error(3, 3, quoted(dst="10.0.0.255")),
            "AnpDropIcmpBroadcast")
    dropped("unreachable with code 16", error(3, 16, quoted()), "AnpDropIcmpType")


def path_mtu():
    """Fragmentation needed, as far as it can be believed.

    RFC 1191 4, RFC 1191 5 and 7.1, RFC 5927 7.
    """
    def too_big(mtu, **fields):
        return error(3, 4, quoted(**fields), nexthopmtu=mtu)

    dropped("frag needed about a packet without DF", too_big(1300, flags=0), "IcmpInErrors")
    dropped("frag needed with an MTU it would fit", too_big(1400), "IcmpInErrors")
    counted("frag needed teaches an MTU", too_big(1300), {"AnpPmtuUpdates": 1})
    counted("... the same again is no news", too_big(1300), {"AnpPmtuUpdates": 0})
    counted("... a router that does not say: the plateau below", too_big(0),
            {"AnpPmtuUpdates": 1})
    counted("... another destination", too_big(1000, dst="10.0.0.78"), {"AnpPmtuUpdates": 1})
    # The path to the peer itself; what ANP sends there shows it.
    send(error(3, 4, quoted(dst=PEER), nexthopmtu=100))
    drain()
    send(echo(size=1200))
    found = receive(lambda frame: IP in frame and frame[IP].proto == 1, count=3)
    point([f[IP].len for f in found] == [548, 548, 172], "an MTU of 100 means 552, no less",
          [f[IP].len for f in found])


def echoes():
    """RFC 1122 3.2.2.6."""
    for size in (0, 1, 7, 8, 56, 1471, 1472):
        answered(f"echo of {size} octets", echo(size=size, ident=size + 1),
                 is_echo_reply(size, ident=size + 1, ttl=64, src=ANP, dst=PEER))
    counted("... is counted", echo(), {"IcmpInMsgs": 1, "IcmpInEchos": 1, "IcmpOutMsgs": 1,
                                       "IcmpOutEchoReps": 1})
    answered("echo with another code", IP(src=PEER, dst=ANP) / ICMP(type=8, code=5, id=1),
             lambda frame: ICMP in frame and (frame[ICMP].type, frame[ICMP].code) == (0, 5))
    got = answered("the reply's checksum", echo(size=99), is_echo_reply(99))
    if got:
        packet = IP(bytes(got[IP]))
        sent = packet[ICMP].chksum
        del packet[ICMP].chksum
        point(IP(bytes(packet))[ICMP].chksum == sent, "... is right", got.show(dump=True))


def unknown(size=4, **fields):
    return IP(**{"src": PEER, "dst": ANP, "proto": UNKNOWN, **fields}) / Raw(b"x" * size)


def errors_sent():
    """What an error looks like that ANP sends (RFC 1812 4.3.2.3 and 4.3.2.5).

    An unknown protocol provokes it.
    """
    got = answered("an error about a small datagram", unknown(4, tos=0x10), is_icmp(3, 2))
    if got:
        point(got[IP].len == 20 + 8 + 24, "... quotes all of it", got.show(dump=True))
        point(got[IP].tos == 0xd0, "... with the precedence of network control", hex(got[IP].tos))
        point(got[IP].src == ANP, "... from the address it was sent to")
    big = unknown(1400, id=77)
    got = answered("an error about a large one", big, is_icmp(3, 2))
    if got:
        point(got[IP].len == 576, "... has 576 octets", got[IP].len)
        point(bytes(got[ICMP].payload)[:548] == bytes(big)[:548], "... and changes nothing")
    silent("no error about a broadcast", unknown(dst="10.0.0.255"), is_icmp(3, 2), dst=BROADCAST)
    silent("... nor about a unicast in a broadcast frame", unknown(), is_icmp(3, 2), dst=BROADCAST)
    silent("... nor about a multicast", unknown(dst="224.0.0.1"), is_icmp(3, 2),
           dst="01:00:5e:00:00:01")
    silent("... nor to 0.0.0.0", unknown(src="0.0.0.0", dst="255.255.255.255"), is_icmp(3, 2),
           dst=BROADCAST)
    silent("... nor to a broadcast address", unknown(src="10.0.0.255"), is_icmp(3, 2))
    silent("... nor about an ICMP error with a bad option",
           with_bad_option(error(3, 1, quoted())), is_icmp(12, 0))
    answered("... but about an echo with one", with_bad_option(echo()), is_icmp(12, 0))


def with_bad_option(packet):
    """The packet with an option that is longer than the header."""
    data = bytes(packet)
    header = bytearray(data[:20] + b"\x44\x09\x05\x00")
    header[0] = 0x46
    header[2:4] = (len(data) + 4).to_bytes(2, "big")
    header[10:12] = b"\0\0"
    total = sum(int.from_bytes(header[i:i + 2], "big") for i in range(0, 24, 2))
    total = (total & 0xffff) + (total >> 16)
    header[10:12] = (~total & 0xffff).to_bytes(2, "big")
    return Raw(bytes(header) + data[20:])


def rate_limit():
    """RFC 1812 4.3.2.8: 1 000 a second, 50 at once; echo replies are not limited."""
    time.sleep(0.2)
    before = counters()
    frame = ether(unknown())
    start = time.monotonic()
    send(*[frame] * 400)
    spent = time.monotonic() - start
    got = settle(before, {("IcmpOutDestUnreachs", "IcmpOutRateLimitHost"): 400}, timeout=5)
    sent, limited = got.get("IcmpOutDestUnreachs", 0), got.get("IcmpOutRateLimitHost", 0)
    point(sent + limited == 400, "400 errors are sent or limited", got)
    point(50 <= sent <= 60 + 1100 * (spent + 0.1), f"{sent} sent in {spent:.3f} s", got)
    time.sleep(0.2)
    answered("... later there is one again", unknown(), is_icmp(3, 2))
    before = counters()
    send(*[ether(echo(size=8))] * 400)
    got = settle(before, {"IcmpOutEchoReps": 400}, timeout=5)
    point(got.get("IcmpOutEchoReps") == 400, "400 echoes are all answered",
          got)


bad_messages()
bad_errors()
echoes()
errors_sent()
rate_limit()
path_mtu()
done()
