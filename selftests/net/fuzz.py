#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Thousands of damaged frames. ANP must account for every one and answer afterwards.

Damage: octets changed, runs overwritten, the tail cut or extended; then, mostly, the IPv4 checksum
is made right again, so that the damage gets past the first check.
"""

import random
import sys
import time

from packets import (ANP, ARP, BROADCAST, ICMP, IP, PEER, TCP, UDP, Raw, answered, changes,
                     counters, drops, echo, ether, is_echo_reply, point, sock, done)
from segment import checksum

SEED, COUNT = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(SEED)
TO_ANP = {"src": PEER, "dst": ANP}
QUOTE = bytes(IP(src=ANP, dst=PEER, flags="DF", len=1500) / UDP(sport=9, dport=9, len=1480))


def quote_of(proto):
    return Raw(bytes(IP(src=ANP, dst=PEER, proto=proto, flags="DF") / Raw(bytes(range(40)))))


GOOD = [ether(p) for p in (
    echo(size=100),
    IP(**TO_ANP) / UDP(sport=1000, dport=7777) / Raw(b"data" * 20),
    IP(**TO_ANP) / TCP(sport=1000, dport=7777, flags="S", options=[("MSS", 1460), ("WScale", 7)]),
    IP(**TO_ANP) / TCP(sport=1000, dport=7777, flags="PA", seq=1, ack=2) / Raw(b"x" * 99),
    IP(**TO_ANP, options=[]) / ICMP(type=0, id=9) / Raw(b"reply"),
    IP(**TO_ANP) / ICMP(type=3, code=3) / Raw(QUOTE),
    IP(**TO_ANP) / ICMP(type=3, code=4, nexthopmtu=1000) / Raw(QUOTE),
    IP(**TO_ANP) / ICMP(type=11, code=0) / quote_of(6),
    IP(**TO_ANP) / ICMP(type=12, code=0) / quote_of(1),
    IP(**TO_ANP, id=1, flags="MF") / Raw(b"a" * 64),
    IP(**TO_ANP, id=1, frag=8) / Raw(b"b" * 50),
    IP(src=PEER, dst="10.0.0.255") / UDP(sport=1, dport=2),
    ARP(op=1, hwsrc="02:00:00:00:00:09", psrc=PEER, pdst=ANP),
    ARP(op=2, hwsrc="02:00:00:00:00:09", psrc="10.0.0.9", pdst=ANP),
)]


def repair(frame):
    """Makes the IPv4 checksum right, where the header is there at all."""
    end = 14 + (frame[14] & 15) * 4
    if frame[12:14] != b"\x08\x00" or end < 34 or len(frame) < end:
        return
    frame[24:26] = b"\0\0"
    frame[24:26] = checksum(frame[14:end]).to_bytes(2, "big")


def damage(frame):
    frame = bytearray(frame)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(14, min(len(frame), 14 + rng.choice((20, 28, 64, 200))))
        kind = rng.randrange(6)
        if kind < 3:
            frame[at] = rng.choice((0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)))
        elif kind == 3:
            frame[at] ^= 1 << rng.randrange(8)
        elif kind == 4:
            run = rng.randrange(1, 9)
            frame[at:at + run] = rng.randbytes(len(frame[at:at + run]))
        elif rng.randrange(2):
            del frame[rng.randrange(15, len(frame) + 1):]
        else:
            frame += rng.randbytes(rng.randrange(1, 1400 - len(frame) if len(frame) < 1399 else 2))
        if len(frame) < 16:
            break
    if len(frame) > 34 and rng.randrange(5):
        repair(frame)
    if not rng.randrange(20):
        frame[0:6] = bytes.fromhex(BROADCAST.replace(":", ""))
    return bytes(frame)


def received(now):
    return now["IpInReceives"] + now["AnpArpInRequests"] + now["AnpArpInReplies"]


before = counters()
for i in range(COUNT):
    sock.send(damage(rng.choice(GOOD)))
    if not i % 200:
        # Let the receiver keep up: the backlog of a veth has room for a thousand frames.
        time.sleep(0.01)
time.sleep(0.3)
got = changes(before, counters())
total = received(counters()) - received(before)
point(total > COUNT * 0.9, f"{COUNT} damaged frames (seed {SEED}): {total} arrived", got)
kinds = {name: n for name, n in got.items() if name in drops(before)}
point(len(kinds) >= 10, f"... and were dropped for {len(kinds)} reasons", kinds)
answered("ANP still answers", echo(), is_echo_reply(56))
done()
