#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Fragments in every order and every wrong shape; an echo request is the datagram."""

import random
import sys
import time

from packets import (ANP, ICMP, IP, PEER, Raw, answered, changes, counted, counters, done, drain,
                     dropped, drops, echo, ether, is_echo_reply, is_icmp, point, receive, send, settle,
                     silent)

FAILS = "IpReasmFails"
rng = random.Random(int(sys.argv[1]))
idents = iter(range(1000, 65000))


def piece(data, start, more, ident, **fields):
    """A fragment of data from the octet start."""
    return IP(**{"src": PEER, "dst": ANP, "proto": 1, "id": ident, "frag": start // 8,
                 "flags": "MF" if more else 0, **fields}) / Raw(data)


def cut(size, step, ident, echo_id=1, **fields):
    """An echo request of size octets of data in fragments of step octets."""
    data = bytes(echo(size=size, ident=echo_id))[20:]
    return [piece(data[i:i + step], i, i + step < len(data), ident, **fields)
            for i in range(0, len(data), step)]


def reply(size, **fields):
    """Matches the first fragment of the reply, or all of it where it fits."""
    if size <= 1472:
        return is_echo_reply(size, **fields)
    return lambda frame: ICMP in frame and frame[ICMP].type == 0 and frame[IP].frag == 0


def whole(desc, frames, size=2000):
    """The fragments make one datagram, and nothing is dropped."""
    before = counters()
    answered(desc, frames, reply(size))
    bad = changes(drops(before), drops(counters()))
    if bad:
        point(False, desc + ": nothing dropped", bad)


def orders():
    """RFC 791 3.2 and RFC 815: whatever order the fragments come in."""
    whole("in order", cut(1400, 512, next(idents)), 1400)
    whole("in reverse", cut(1400, 512, next(idents))[::-1], 1400)
    frames = cut(1400, 64, next(idents))
    rng.shuffle(frames)
    whole("shuffled, 22 of 64 octets", frames, 1400)
    frames = cut(1400, 8, next(idents))
    rng.shuffle(frames)
    whole("shuffled, 176 of 8 octets", frames, 1400)
    one, two = cut(600, 200, 7, echo_id=1), cut(900, 200, 8, echo_id=2)
    mixed = [f for pair in zip(one, two) for f in pair] + two[len(one):]
    drain()
    send(*mixed)
    found = receive(lambda f: ICMP in f and f[ICMP].type == 0, count=2)
    point(sorted(f[ICMP].id for f in found) == [1, 2], "two datagrams interleaved")
    ident = next(idents)
    silent("the same identification of another source is another datagram",
           [cut(600, 312, ident)[0], *cut(600, 312, ident, src="10.0.0.8")[1:]],
           lambda f: ICMP in f)
    whole("the largest datagram (65535 octets)", cut(65507, 1480, next(idents)), 65507)
    counted("counters", cut(600, 312, next(idents)), {"IpReasmReqds": 2, "IpReasmOKs": 1})


def duplicates_and_overlaps():
    frames = cut(1000, 336, next(idents))
    before = counters()
    answered("a duplicate is dropped, the datagram is whole",
             [frames[0], frames[1], frames[1], frames[2]], is_echo_reply(1000))
    got = changes(drops(before), drops(counters()))
    point(got == {FAILS: 1}, "... and counted", got)

    for what, start, size, place in (("an overlap with the one before", 328, 336, 1),
                                     ("an overlap with the one behind", 344, 336, 2),
                                     ("an overlap that contains one", 328, 352, 2)):
        frames = cut(1000, 336, next(idents))
        frames.insert(place, piece(b"o" * size, start, True, frames[0][IP].id))
        before = counters()
        silent(f"{what} ends the datagram (RFC 5722)", frames, lambda f: ICMP in f)
        got = changes(drops(before), drops(counters()))
        point(got.get(FAILS) == 1, "... and is counted", got)


def bad_shapes():
    """RFC 791 3.2: what no datagram can be made of. RFC 3168 5.3: ECN marks that differ."""
    dropped("not a multiple of eight", piece(b"x" * 100, 0, True, next(idents)), FAILS)
    dropped("no data", piece(b"", 8, True, next(idents)), FAILS)
    dropped("no data in the last", piece(b"", 80, False, next(idents)), FAILS)
    dropped("beyond 65535 octets (ping of death)", piece(b"x" * 64, 65528, False, next(idents)),
            FAILS)
    dropped("beyond 65535 octets with the header", piece(b"x" * 8, 65512, False, next(idents)),
            FAILS)
    ident = next(idents)
    dropped("two ends", [piece(b"x" * 16, 800, False, ident), piece(b"x" * 16, 400, False, ident)],
            FAILS)
    ident = next(idents)
    dropped("data behind the end", [piece(b"x" * 16, 400, False, ident),
                                    piece(b"x" * 16, 800, True, ident)], FAILS)
    ident = next(idents)
    frames = cut(64, 40, ident)
    frames[0][IP].tos, frames[1][IP].tos = 0, 2
    dropped("ECN-capable and not (RFC 3168 5.3)", frames, FAILS)
    frames = cut(1000, 512, next(idents))
    frames[0][IP].tos, frames[1][IP].tos = 2, 3
    answered("one congested fragment marks the datagram", frames, is_echo_reply(1000, tos=3))
    frames = cut(100, 56, next(idents))
    last = frames.pop()
    dropped("a datagram that is not an ICMP message", [*frames, piece(b"z" * 52, 56, False,
                                                                      last[IP].id)],
            "IcmpInCsumErrors")


def sends():
    """ANP's own fragments: a large reply."""
    for size in (1473, 3000, 20000):
        drain()
        send(*cut(size, 1480, next(idents)))
        expected = (size + 8 + 1479) // 1480
        found = receive(lambda f: IP in f and f[IP].proto == 1, count=expected)
        found.sort(key=lambda f: f[IP].frag)
        data, good = b"", len(found) == expected
        for i, frame in enumerate(found):
            ip = frame[IP]
            body = bytes(frame)[14 + 20:14 + ip.len]
            good = good and ip.frag * 8 == len(data) and ip.id == found[0][IP].id
            good = good and bool(ip.flags.MF) == (i < expected - 1) and not ip.flags.DF
            good = good and checksum_right(ip)
            data += body
        good = good and data[8:] == bytes(i & 0xff for i in range(size))
        point(good, f"a reply of {size} octets leaves in {expected} right fragments",
              "\n".join(f[IP].summary() for f in found))


def checksum_right(ip):
    again = IP(bytes(ip)[:20])
    wanted = again.chksum
    del again.chksum
    return IP(bytes(again)).chksum == wanted


def limits():
    """What never completes takes no more than its share of memory, and goes: RFC 1122 3.3.2."""
    before = counters()
    frame = bytearray(ether(piece(b"m" * 1400, 0, True, 1, proto=17)))
    total = int.from_bytes(frame[24:26], "big") + 1
    for ident in range(1, 6001):
        # Scapy takes its time; one more in the identification is one less in the checksum.
        frame[18:20] = ident.to_bytes(2, "big")
        frame[24:26] = ((total - ident) % 0xffff).to_bytes(2, "big")
        send(bytes(frame))
    time.sleep(0.5)
    got = changes(before, counters())
    point(got.get(FAILS, 0) > 1000, "a flood of first fragments is cut off", got)
    answered("... and what is whole still gets through", echo(), is_echo_reply(56))
    return before, time.monotonic()


def timeout(before, flooded):
    def expired(frame):
        return is_icmp(11, 1)(frame) and IP(bytes(frame[ICMP].payload)).proto == 17

    drain()
    end = time.monotonic() + 40
    found = []
    while not found and time.monotonic() < end:
        found = receive(expired, timeout=1)
    point(bool(found), "after 30 s the sender of a first fragment is told: 11/1")
    if found:
        inner = IP(bytes(found[0][ICMP].payload))
        point((inner.src, inner.dst, inner.frag) == (PEER, ANP, 0), "... about which",
              found[0].show(dump=True))
    got = settle(before, {"IpReasmTimeout": 10}, timeout=5)
    point(got.get("IpReasmTimeout", 0) >= 10, "... and each is counted", got)
    # A slow machine takes its time for the flood: its last ones expire when they do.
    expired_now, expired_before = counters()["IpReasmTimeout"], 0
    while time.monotonic() < flooded + 32 or expired_now != expired_before:
        time.sleep(1)
        expired_now, expired_before = counters()["IpReasmTimeout"], expired_now
    whole("after that there is room again", cut(1400, 512, next(idents)), 1400)


orders()
duplicates_and_overlaps()
bad_shapes()
sends()
timeout(*limits())
done()
