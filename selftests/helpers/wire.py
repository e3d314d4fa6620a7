# SPDX-License-Identifier: GPL-2.0
"""The player of hand-made segments: both sides of a conversation in one script.

A rule (selftests/wire/*/*.py) gets a Wire: a network namespace of its own in which the stack under
test, ANP or the host's for comparison, has 10.0.0.2 on a tun device whose other end is the rule
itself.  The rule makes sockets there as a program would (Wire.socket, listen, accept, connect) and
speaks as the peer through a Conn: send() puts one segment on the wire, expect() reads the next one
of that connection and compares what it is told to.  Numbers are relative to both sides' initial
sequence numbers: 0 is the SYN, 1 the first byte.

Time is judged so that a slow machine does not matter.  "Not before" is counted from something
the rule itself did, so that being late can only make it longer.  "Nothing comes" is settled by a
ping behind it: input is handled in order, so what would have come comes before the ping's answer.
"""

import errno
import fcntl
import os
import random
import select
import socket
import struct
import time

from rtnl import Rtnl
from segment import FASTOPEN, Malformed, Segment, build, checksum, ipv4, options
from stream import Info, stream

US, THEM = "10.0.0.1", "10.0.0.2"
TABLE_ANP = 1066
TCP_FASTOPEN = 23
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PATIENCE = 30 * float(os.environ.get("TIMEOUT_FACTOR") or 1)
STATES = ["", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
          "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECEIVED"]


class Broken(AssertionError):
    """The stack under test did not keep to the rule."""


class Wire:
    """The world of one rule."""

    def __init__(self, family):
        self.family = family
        self.sysctls = "/proc/sys/net/" + {"anp": "anp/", "inet": "ipv4/"}[family]
        self.log = []
        self.begin = time.monotonic()
        self.queue = []
        self.sent = b""
        self.conns = []
        self.socks = []
        self.listeners = {}
        self.pings = 0
        self.port = random.randrange(20000, 30000)
        self.tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w", encoding="ascii") as f:
            f.write("1")
        with open("/proc/sys/net/ipv6/conf/tun0/disable_ipv6", "w", encoding="ascii") as f:
            f.write("1")
        self.plug()

    def plug(self):
        """Gives the stack under test its device and address."""
        net = Rtnl()
        net.up("lo")
        index, table = net.up("tun0"), 254
        if self.family == "anp":
            net.link("anp0", index, "anp")
            index, table = socket.if_nametoindex("anp0"), TABLE_ANP
        net.address(index, THEM, 24)
        net.up("anp0" if self.family == "anp" else "tun0")
        net.default(index, table)

    # --- the world ----------------------------------------------------------

    def note(self, text):
        self.log.append("%8.4f %s" % (time.monotonic() - self.begin, text))

    def sysctl(self, name, value):
        self.note("sysctl %s = %s" % (name, value))
        with open(self.sysctls + name, "w", encoding="ascii") as f:
            f.write(str(value))

    def count(self, name):
        """A counter, by the name nstat has for it."""
        if self.family == "anp":
            with open("/proc/net/anp/stat", encoding="ascii") as f:
                return next(int(line.split()[1]) for line in f if line.split()[0] == name)
        for path in ("/proc/net/netstat", "/proc/net/snmp"):
            with open(path, encoding="ascii") as f:
                lines = f.read().splitlines()
            for names, values in zip(lines[::2], lines[1::2]):
                prefix = names.split(":")[0]
                for key, value in zip(names.split()[1:], values.split()[1:]):
                    if prefix + key == name:
                        return int(value)
        raise KeyError(name)

    def eq(self, what, wanted, got):
        self.note("%s: %r" % (what, got))
        if wanted != got:
            raise Broken("%s: wanted %r, got %r" % (what, wanted, got))

    def tries(self, n=50):
        """Attempts at something that tells nothing where the machine was too slow."""
        yield from range(n)
        raise Broken("%d attempts told nothing" % n)

    def true(self, what, good):
        self.note("%s: %s" % (what, "yes" if good else "no"))
        if not good:
            raise Broken("not so: " + what)

    def wait(self, what, fn):
        """Until fn() holds; what it gave."""
        end = time.monotonic() + PATIENCE
        while not (got := fn()):
            if time.monotonic() > end:
                raise Broken("never: " + what)
            self.pump(0.01)
        self.note(what)
        return got

    # --- packets ------------------------------------------------------------

    def put(self, packet, text):
        """Puts a packet on the wire; when."""
        self.note("> " + text)
        self.sent = packet
        t = time.monotonic()
        os.write(self.tun, packet)
        return t

    def pump(self, seconds):
        """Takes in what has come; waits for the first of it that long."""
        while select.select([self.tun], [], [], seconds)[0]:
            packet = os.read(self.tun, 65536)
            t = time.monotonic()
            seconds = 0
            if packet[0] >> 4 != 4:
                continue
            if packet[9] == 1 and packet[20] == 0:
                self.pings = struct.unpack_from("!H", packet, 26)[0]
            elif packet[9] == 6:
                self.took(packet, t)
            elif packet[9] == 1:
                self.note("< ICMP type %d code %d" % (packet[20], packet[21]))
        return self

    def took(self, packet, t):
        try:
            seg = Segment(packet, t)
        except Malformed as e:
            self.note("< malformed: %s: %s" % (e, packet.hex()))
            raise Broken("malformed segment: %s" % e) from e
        owner = next((c for c in reversed(self.conns) if c.owns(seg)), None)
        self.note("< " + (owner.show(seg) if owner else show(seg, 0, 0)))
        self.queue.append(seg)

    def settle(self):
        """All that was put on the wire has been handled, and its immediate answers are here."""
        n = (self.pings + 1) & 0xffff
        body = struct.pack("!BBHHH", 8, 0, 0, 1, n)
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        os.write(self.tun, ipv4(1, body, US, THEM))
        end = time.monotonic() + PATIENCE
        while self.pings != n:
            if time.monotonic() > end:
                raise Broken("no answer to a ping")
            self.pump(1)

    def strange(self):
        """The next segment that belongs to no Conn; None: there is none."""
        self.settle()
        for seg in self.queue:
            if not any(c.owns(seg) for c in self.conns):
                self.queue.remove(seg)
                return seg
        return None

    # --- programs -----------------------------------------------------------

    def socket(self, *opts):
        """A stream socket; each option is (level, name, value)."""
        s = stream(self.family)
        s.settimeout(PATIENCE)
        for opt in opts:
            s.setsockopt(*opt)
        self.socks.append(s)
        return s

    def listen(self, port=80, backlog=5, opts=()):
        s = self.socket(*opts)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((THEM, port))
        s.listen(backlog)
        self.note("program: listen(%d) on %d" % (backlog, port))
        self.listeners[port] = s
        return s

    def peer(self, **syn):
        """The peer of a connection that begins with a segment of the rule's."""
        self.port += 1
        return Conn(self, self.port, syn.pop("port", 80), **syn)

    def accept(self, opts=(), answer=None, rtt=0.0, **syn):
        """A connection to a listener, in ESTABLISHED on both sides.  @rtt: seconds that the stack
        measures as the round trip of its SYN-ACK, so that its timers are far off."""
        listener = self.listeners.get(80) or self.listen(opts=opts)
        c = self.peer(**syn)
        c.syn()
        c.expect("SAE" if c.ecn else "SA", seq=0, ack=1)
        time.sleep(rtt)
        c.send("A", **(answer or {}))
        return c.accepted(listener)

    def fast_listen(self, qlen=5, mode=3):
        """A listener for Fast Open, and a cookie of its for the address US."""
        self.sysctl("tcp_fastopen", mode)
        s = self.listen(opts=[(socket.IPPROTO_TCP, TCP_FASTOPEN, qlen)])
        c = self.peer()
        c.syn(raw=cookie_option(b""))
        seg = c.expect("SA", seq=0, ack=1)
        c.send("R", seq=1)
        return s, seg.cookie

    def fast_client(self, data):
        """A connection of a program's that has a cookie; its SYN with the data is in c.first."""
        c = self.connecting(data=b"first")
        c.synack(raw=cookie_option(b"ABCDEFGH"))
        c.expect("A", seq=1, ack=1)
        c.send("R")
        return self.connecting(data=data)

    def ecn(self, **syn):
        """The same with ECN agreed on."""
        return self.accept(ecn=True, **syn)

    def time_wait(self, **syn):
        """A connection that was closed by the stack first, then by the rule; in TIME-WAIT."""
        c = self.accept(**syn)
        c.close()
        c.expect("FA", seq=1, ack=1)
        c.send("FA", ack=2)
        c.expect("A", seq=2, ack=2)
        return c

    def connecting(self, opts=(), dst=US, port=9000, data=None, **syn):
        """A connection of a program's to the rule, in SYN-SENT; the SYN is in c.first.  @data: to be
        sent with the SYN, if that may be (MSG_FASTOPEN)."""
        s = self.socket(*opts)
        s.setblocking(False)
        self.note("program: connect()")
        t = time.monotonic()
        try:
            if data is None:
                s.connect((dst, port))
            else:
                s.sendto(data, socket.MSG_FASTOPEN, (dst, port))
        except BlockingIOError:
            pass
        s.settimeout(PATIENCE)
        c = Conn(self, port, s.getsockname()[1], us=dst, **syn)
        c.sock, c.t0 = s, t
        c.first = c.expect("S" if not syn.get("ecn") else "SEW")
        return c

    def connect(self, opts=(), **syn):
        """A connection of a program's to the rule, in ESTABLISHED on both sides."""
        c = self.connecting(opts, **syn)
        c.synack()
        c.expect("A", seq=1, ack=1, len=0)
        c.written()
        return c

    def end(self):
        """Leaves nothing behind that would outlive the namespace."""
        for s in self.socks:
            if s.fileno() >= 0:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.close()
        for c in self.conns:
            if c.state() not in (None, "TIME-WAIT"):
                self.pump(0)
                for seq in {c.told, c.told + 1}:
                    c.raw("R", seq=seq)


class Conn:
    """One connection, as its peer at the wire sees it.

    nxt: what send() takes for the next sequence number; rcv: what it acknowledges; una: what it has
    acknowledged; told: what the stack has.
    """

    def __init__(self, wire, ours, theirs, us=US, iss=None, mss=1460, ws=None, sackok=False, ts=None,
                 win=65535, ecn=False):
        self.wire, self.us, self.ours, self.theirs = wire, us, ours, theirs
        self.iss = random.getrandbits(32) if iss is None else iss & 0xffffffff
        self.irs = None
        self.nxt, self.rcv, self.told, self.una = 0, 0, 0, 0
        self.win = win
        self.offer = {"mss": mss, "ws": ws, "sackok": sackok}
        # The timestamp clock runs in ms from @ts; None: no timestamps.
        self.ts = 1000 if ts is True else ts
        self.ts_begin = time.monotonic()
        self.ecr = 0
        self.ecn = ecn
        self.sock = None
        self.t0 = time.monotonic()
        self.first = None
        wire.conns.append(self)

    def owns(self, seg):
        return (seg.sport, seg.dport, seg.dst) == (self.theirs, self.ours, self.us)

    def tsval(self):
        return (self.ts + int((time.monotonic() - self.ts_begin) * 1000)) & 0xffffffff

    def show(self, seg):
        return show(seg, self.irs if self.irs is not None else seg.seq, self.iss)

    # --- the peer speaks ------------------------------------------------------

    def raw(self, flags, seq=None, ack=None, data=b"", win=None, urp=0, ts="auto", sack=(), src=None,
            dst=THEM, ecn=0, ttl=64, opts=None, badsum=False, doff=None, reserved=0, **more):
        """One segment, and no state of ours moves.  ack, sack count from the stack's ISS."""
        seq = self.nxt if seq is None else seq
        data = bytes(data) if not isinstance(data, int) else pattern(data, seq)
        if ack is None:
            ack = self.rcv if "A" in flags else None
        if ack is not None:
            self.una = max(self.una, ack)
        if ts == "auto":
            ts = (self.tsval(), self.ecr) if self.ts is not None else None
        irs = self.irs or 0
        blocks = [(a + irs, b + irs) for a, b in sack]
        if opts is None:
            opts = options(ts=ts, sack=blocks, **more)
        src = src or self.us
        seg = build(src, dst, self.ours, self.theirs, flags, self.iss + seq,
                    irs + ack if ack is not None else 0, self.win if win is None else win, data, urp,
                    opts, doff, badsum, reserved)
        text = "%s seq %d:%d%s win %s" % (flags, seq, seq + len(data), "" if ack is None else
                                          " ack %d" % ack, self.win if win is None else win)
        for name, value in (("ts", ts), ("sack", sack), ("urp", urp), ("ecn", ecn)):
            text += " %s %s" % (name, value) if value else ""
        for name, value in more.items():
            text += " %s %s" % (name, value)
        self.t0 = self.wire.put(ipv4(6, seg, src, dst, tos=ecn, ttl=ttl), text)
        return len(data) + ("S" in flags) + ("F" in flags)

    def send(self, flags, seq=None, **fields):
        """One segment; the next one follows on the farthest sent so far."""
        start = self.nxt if seq is None else seq
        self.nxt = max(self.nxt, start + self.raw(flags, start, **fields))
        return self

    def syn(self, **fields):
        flags = "SEW" if self.ecn else "S"
        return self.send(flags, 0, **{**self.offer, **fields})

    def synack(self, **fields):
        flags = "SAE" if self.ecn else "SA"
        return self.send(flags, 0, **{**self.offer, **fields})

    def icmp(self, kind, code, seq, mtu=0, length=40, src=US, info=0):
        """An ICMP error about the segment of the stack's that began at @seq."""
        quote = ipv4(6, struct.pack("!HHI", self.theirs, self.ours, (self.irs + seq) & 0xffffffff),
                     THEM, self.us)
        quote = quote[:2] + struct.pack("!H", length) + quote[4:10] + b"\0\0" + quote[12:]
        body = struct.pack("!BBHHH", kind, code, 0, info, mtu) + quote
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        self.t0 = self.wire.put(ipv4(1, body, src, THEM), "ICMP %d/%d about seq %d, mtu %d" %
                                (kind, code, seq, mtu))

    # --- and hears --------------------------------------------------------------

    def next(self, seconds=None):
        """The next segment of this connection's; None: none came."""
        end = time.monotonic() + (PATIENCE if seconds is None else seconds)
        while True:
            self.wire.pump(0)
            for seg in self.wire.queue:
                if self.owns(seg):
                    self.wire.queue.remove(seg)
                    return self.heard(seg)
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.wire.pump(left)

    def heard(self, seg):
        if self.irs is None:
            self.irs = seg.seq if "S" in seg.flags else 0
        seg.start, seg.acks = rel(seg.seq, self.irs), rel(seg.ack, self.iss)
        end = seg.start + seg.len + ("S" in seg.flags) + ("F" in seg.flags)
        if seg.start <= self.rcv < end and "R" not in seg.flags:
            self.rcv = end
        if "A" in seg.flags:
            self.told = seg.acks
        if seg.ts:
            self.ecr = seg.ts[0]
        return seg

    def expect(self, flags, after=None, within=None, **fields):
        """The next segment has these flags (PSH aside) and fields: seq, ack, len, win, mss, ws,
        sackok, ts, tsval, ecr, sack, opts, urp, ecn, psh, data, ...; a value may be a test of it.
        @after: not sooner than so many seconds from the last send() or mark()."""
        seg = self.next()
        if not seg:
            raise Broken("nothing came; expected %s %s" % (flags, fields))
        wrong = []
        if set(seg.flags) - {"P"} != set(flags):
            wrong.append("flags %s" % seg.flags)
        for name, wanted in fields.items():
            got = {"seq": lambda: seg.start, "ack": lambda: seg.acks, "sack": lambda: [
                (rel(a, self.iss), rel(b, self.iss)) for a, b in seg.sack]}.get(
                    name, lambda n=name: getattr(seg, n))()
            if not (wanted(got) if callable(wanted) else wanted == got):
                wrong.append("%s %r" % (name, got))
        if after is not None and seg.t - self.t0 < after:
            wrong.append("%.4f s after" % (seg.t - self.t0))
        if within is not None and seg.t - self.t0 > within:
            wrong.append("%.4f s after" % (seg.t - self.t0))
        if wrong:
            wanted = {k: v for k, v in fields.items() if not callable(v)}
            raise Broken("expected %s %s after %s, got %s" % (flags, wanted, after, ", ".join(wrong)))
        return seg

    def silent(self):
        """Whatever was sent got no answer."""
        self.wire.settle()
        seg = self.next(0)
        if seg:
            raise Broken("expected nothing, got %s" % self.show(seg))

    def drain(self):
        """Forgets what has come so far; all of it."""
        self.wire.settle()
        return list(iter(lambda: self.next(0), None))

    # --- the program ------------------------------------------------------------

    def mark(self):
        """Time counts from now."""
        self.t0 = time.monotonic()

    def accepted(self, listener):
        self.sock = listener.accept()[0]
        self.sock.settimeout(PATIENCE)
        self.wire.socks.append(self.sock)
        return self

    def written(self):
        """connect() is over."""
        select.select([], [self.sock], [], PATIENCE)
        self.wire.eq("SO_ERROR", 0, self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

    def write(self, data, flags=0):
        """The program sends: bytes, or a pattern of that many."""
        data = pattern(data) if isinstance(data, int) else data
        self.wire.note("program: send %d" % len(data))
        self.mark()
        self.sock.settimeout(0)
        sent = 0
        try:
            sent = self.sock.send(data, flags)
        except BlockingIOError:
            pass
        self.sock.settimeout(PATIENCE)
        return sent

    def read(self, n):
        """The program reads exactly @n bytes."""
        data = b""
        while len(data) < n:
            part = self.sock.recv(n - len(data))
            if not part:
                raise Broken("end of stream after %d bytes of %d" % (len(data), n))
            data += part
        self.wire.note("program: read %d" % n)
        return data

    def eof(self):
        self.wire.eq("program reads", b"", self.sock.recv(1))

    def error(self, name):
        """The program's next read fails so."""
        try:
            got = "%d bytes" % len(self.sock.recv(1))
        except OSError as e:
            got = errno.errorcode.get(e.errno, str(e))
        self.wire.eq("program reads", name, got)

    def close(self):
        self.wire.note("program: close")
        self.mark()
        self.sock.close()

    def shutdown(self):
        self.wire.note("program: shutdown")
        self.mark()
        self.sock.shutdown(socket.SHUT_WR)

    def opt(self, level, name, value):
        self.mark()
        self.sock.setsockopt(level, name, value)

    def nodelay(self):
        self.opt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def info(self):
        return Info(self.sock)

    def state(self):
        """By its ports; None: there is no such connection."""
        path = "/proc/net/anp/tcp" if self.wire.family == "anp" else "/proc/net/tcp"
        with open(path, encoding="ascii") as f:
            for line in f.read().splitlines()[1:]:
                word = line.split()
                if word[1].endswith(":%04X" % self.theirs) and word[2].endswith(":%04X" % self.ours):
                    return STATES[int(word[3], 16)]
        return None

    def in_state(self, name):
        """The connection is, or soon comes to be, there."""
        self.wire.wait("state %s" % name, lambda: self.state() == name)

    def alive(self):
        """ESTABLISHED, and data still passes both ways."""
        self.send("PA", data=b"alive?")
        self.wire.eq("program reads", b"alive?", self.read(6))
        self.write(b"alive")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            seg = self.next()
            if seg and seg.data.endswith(b"alive"):
                self.send("A")
                return
        raise Broken("the connection does not answer")

    def gone(self):
        self.wire.wait("it is gone", lambda: self.state() is None)


def rel(seq, base):
    """A sequence number as a distance, which may be negative."""
    n = (seq - base) & 0xffffffff
    return n - (1 << 32) if n >= 1 << 31 else n


def cookie_option(cookie):
    return bytes((FASTOPEN, 2 + len(cookie))) + cookie


def pattern(n, seed=0):
    return bytes((i * 7 + (i >> 8) + seed) & 0xff for i in range(n))


def show(seg, irs, iss):
    start = rel(seg.seq, irs)
    text = "%s seq %d:%d" % (seg.flags, start, start + seg.len)
    if "A" in seg.flags:
        text += " ack %d" % rel(seg.ack, iss)
    text += " win %d" % seg.win
    for name in ("mss", "ws", "sackok", "ts", "urp", "ecn"):
        value = getattr(seg, name)
        text += " %s %s" % (name, value) if value else ""
    if seg.sack:
        text += " sack %s" % [(rel(a, iss), rel(b, iss)) for a, b in seg.sack]
    return text
