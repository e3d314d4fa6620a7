# SPDX-License-Identifier: GPL-2.0
"""TCP segments in IPv4 packets, made byte by byte and read back; every check a receiver must make
of well-formedness is made of what is read."""

import socket
import struct

FLAGS = "FSRPAUEW"  # bit 0 first; W is CWR
MSS, WS, SACKOK, SACK, TS, FASTOPEN = 2, 3, 4, 5, 8, 34
NAMES = {MSS: "mss", WS: "ws", SACKOK: "sackok", SACK: "sack", TS: "ts", FASTOPEN: "fastopen"}
LENGTHS = {MSS: 4, WS: 3, SACKOK: 2, TS: 10}


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff


def ipv4(proto, payload, src, dst, tos=0, ttl=64, df=True, ident=0):
    """A whole packet."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, tos, 20 + len(payload), ident, 0x4000 if df else 0,
                       ttl, proto, 0, socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def pseudo(src, dst, length):
    return socket.inet_aton(src) + socket.inet_aton(dst) + struct.pack("!HH", 6, length)


def flag_bits(flags):
    return sum(1 << FLAGS.index(f) for f in flags)


def options(mss=None, sackok=False, ts=None, ws=None, sack=(), raw=b""):
    """The options of a segment, padded; @raw goes behind the others as it is."""
    out = b""
    if mss is not None:
        out += struct.pack("!BBH", MSS, 4, mss)
    if sackok:
        out += bytes((SACKOK, 2))
    if ts is not None:
        out += struct.pack("!BBBBII", 1, 1, TS, 10, ts[0] & 0xffffffff, ts[1] & 0xffffffff)
    if ws is not None:
        out += bytes((1, WS, 3, ws))
    if sack:
        out += bytes((1, 1, SACK, 2 + 8 * len(sack)))
        out += b"".join(struct.pack("!II", a & 0xffffffff, b & 0xffffffff) for a, b in sack)
    out += raw
    return out + b"\0" * (-len(out) % 4)


def build(src, dst, sport, dport, flags, seq, ack, win, data=b"", urp=0, opts=b"", doff=None,
          badsum=False, reserved=0):
    """A segment without its IP header."""
    doff = (20 + len(opts)) // 4 if doff is None else doff
    seg = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff,
                      doff << 4 | reserved, flag_bits(flags), win, 0, urp) + opts + data
    csum = checksum(pseudo(src, dst, len(seg)) + seg)
    if badsum:
        csum ^= 0x1234
    return seg[:16] + struct.pack("!H", csum) + seg[18:]


class Malformed(Exception):
    """What came in is not what a TCP may send."""


class Segment:
    """A segment that was received; numbers are absolute."""

    def __init__(self, packet, t):
        self.t = t
        self.packet = packet
        ihl = (packet[0] & 15) * 4
        self.tos, length, self.ident, frag = struct.unpack_from("!xBHHH", packet)
        self.ecn = self.tos & 3
        self.df = bool(frag & 0x4000)
        self.ttl = packet[8]
        self.src, self.dst = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
        if length != len(packet) or frag & 0x3fff or checksum(packet[:ihl]):
            raise Malformed("IP header")
        seg = packet[ihl:]
        (self.sport, self.dport, self.seq, self.ack, doff, bits, self.win, _, self.urp) = \
            struct.unpack_from("!HHIIBBHHH", seg)
        self.flags = "".join(f for i, f in enumerate(FLAGS) if bits >> i & 1)
        head = (doff >> 4) * 4
        if doff & 15 or head < 20 or head > len(seg):
            raise Malformed("data offset or reserved bits")
        if checksum(pseudo(self.src, self.dst, len(seg)) + seg):
            raise Malformed("TCP checksum")
        self.data = seg[head:]
        self.len = len(self.data)
        self.opts, self.sack = [], []
        self.mss = self.ws = self.ts = self.cookie = None
        self.sackok = False
        self.read_options(seg[20:head])
        if self.flags.replace("P", "") not in ("R", "S", "SEW", "SEA", "SA") and "A" not in self.flags:
            raise Malformed("flags " + self.flags)
        if "U" not in self.flags and self.urp:
            raise Malformed("urgent pointer without URG")
        if "A" not in self.flags and self.ack:
            raise Malformed("an acknowledgment number without ACK")

    def read_options(self, opts):
        at = 0
        while at < len(opts):
            kind = opts[at]
            if kind == 0:
                if any(opts[at:]):
                    raise Malformed("padding")
                break
            if kind == 1:
                at += 1
                continue
            length = opts[at + 1] if at + 1 < len(opts) else 0
            value = opts[at + 2:at + length]
            if length < 2 or at + length > len(opts) or LENGTHS.get(kind, length) != length:
                raise Malformed("option %d of length %d" % (kind, length))
            if NAMES.get(kind) in self.opts:
                raise Malformed("option %d twice" % kind)
            self.opts.append(NAMES.get(kind, kind))
            self.read_option(kind, value)
            at += length

    def read_option(self, kind, value):
        if kind == MSS:
            self.mss, = struct.unpack("!H", value)
        elif kind == WS:
            self.ws, = value
        elif kind == SACKOK:
            self.sackok = True
        elif kind == TS:
            self.ts = struct.unpack("!II", value)
        elif kind == FASTOPEN:
            self.cookie = value
        elif kind == SACK:
            words = struct.unpack("!%dI" % (len(value) // 4), value)
            self.sack = list(zip(words[::2], words[1::2]))

    @property
    def tsval(self):
        return self.ts and self.ts[0]

    @property
    def ecr(self):
        return self.ts and self.ts[1]

    @property
    def psh(self):
        return "P" in self.flags
