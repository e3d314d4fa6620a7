#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""moderation.py ANP_NS PEER_NS: the effect of each setting of receive moderation.

Frames come in trains: a super-packet of datagrams is cut before the wire, so all arrive at once.
Machines are loaded: a time is only bounded from below, or by what differs from it by a lot.
"""

import array
import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import time

from dgram import SO_RCVBUFFORCE, SOL_UDP, UDP_SEGMENT, done, eq, point, section, udp, wait_until
from segment import checksum

HERE, PEER, PORT = "10.0.0.2", "10.0.0.1", 9999
SIOCETHTOOL, GSTRINGS, GSTATS, ETH_SS_STATS = 0x8946, 0x1B, 0x1D, 1
LINES = 1024


def enter(name):
    with open("/run/netns/" + name, encoding="ascii") as f:
        if ctypes.CDLL(None, use_errno=True).setns(f.fileno(), 0x40000000):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Device:
    """anp0, from outside its namespace."""

    def __init__(self, space):
        self.space = space
        self.ctl = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def ethtool(self, *args):
        subprocess.run(["nsenter", "--net=/run/netns/" + self.space, "ethtool", args[0], "anp0",
                        *map(str, args[1:])], check=True)

    def sysfs(self, name, value):
        """/sys shows devices of its own namespace only."""
        subprocess.run(["ip", "netns", "exec", self.space, "sh", "-c",
                        "echo %s >/sys/class/net/anp0/%s" % (value, name)], check=True)

    def coalesce(self, **settings):
        """What is not named becomes what a new device has."""
        both = {"rx-usecs": 0, "rx-frames": 0, "rx-usecs-irq": 0, "rx-frames-irq": 0,
                "adaptive-rx": "off", "pkt-rate-low": 0, "pkt-rate-high": 0, "rx-usecs-low": 0,
                "rx-frames-low": 0, "rx-usecs-high": 0, "rx-frames-high": 0, "cqe-mode-rx": "off",
                "sample-interval": 1}
        both.update({k.replace("_", "-"): v for k, v in settings.items()})
        self.ethtool("-C", *[word for pair in both.items() for word in pair])

    def mode(self, name):
        self.ethtool("--set-priv-flags", "rx-" + name, "on")

    def _ask(self, head, size):
        buf = array.array("B", head + bytes(size))
        fcntl.ioctl(self.ctl, SIOCETHTOOL, struct.pack("16sP8x", b"anp0", buf.buffer_info()[0]))
        return buf.tobytes()

    def stats(self):
        raw = self._ask(struct.pack("III", GSTRINGS, ETH_SS_STATS, 0), 32 * LINES)
        n = struct.unpack_from("I", raw, 8)[0]
        names = [raw[12 + 32 * i:44 + 32 * i].split(b"\0")[0].decode() for i in range(n)]
        raw = self._ask(struct.pack("II", GSTATS, 0), 8 * LINES)
        return dict(zip(names, struct.unpack_from("%dQ" % n, raw, 8)))

    def get(self, name):
        return self.stats()[name]


class Rise:
    """Counters of queue 0, by how much more they are than when this was made."""

    def __init__(self, dev):
        self.dev, self.before = dev, dev.stats()

    def __getattr__(self, name):
        name = "rx0_" + name
        return self.dev.get(name) - self.before[name]


class Pinger:
    def __init__(self):
        self.s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.s.settimeout(5)
        self.seq = 0

    def send(self):
        self.seq += 1
        head = struct.pack("!BBHHH", 8, 0, 0, 0x4242, self.seq)
        head = struct.pack("!BBHHH", 8, 0, checksum(head), 0x4242, self.seq)
        self.s.sendto(head, (HERE, 0))
        return self.seq

    def wait(self, seq):
        while True:
            packet = self.s.recv(2048)
            kind, _, _, ident, got = struct.unpack_from("!BBHHH", packet, 20)
            if (kind, ident, got) == (0, 0x4242, seq):
                return

    def rtt(self, tries=4):
        """The shortest of some round trips, in ms."""
        best = 1e9
        for _ in range(tries):
            begin = time.monotonic()
            self.wait(self.send())
            best = min(best, time.monotonic() - begin)
        return best * 1000


DEV = PING = SINK = SENDER = None


def train(n, to=None):
    (to or SENDER).sendto(bytes(8 * n), (HERE, PORT))


def sent_train(n):
    """A train of n, and what it brought about once the ring is empty again."""
    rise = Rise(DEV)
    train(n)
    wait_until(lambda: taken(rise) >= n, 5)
    return rise


def taken(rise):
    """Datagrams in the sink since then; the count of frames tells nothing of their being taken."""
    try:
        while True:
            SINK.recv(100)
            rise.before["taken"] = rise.before.get("taken", 0) + 1
    except BlockingIOError:
        return rise.before.get("taken", 0)


def interrupts():
    DEV.mode("interrupt")
    DEV.coalesce()
    base = PING.rtt()
    r = sent_train(40)
    eq("interrupt: one for each frame", (40, 40), (r.frames, r.irqs))

    DEV.coalesce(rx_usecs=50, rx_frames=32)
    r = sent_train(64)
    eq("rx-usecs 50 rx-frames 32: frames", 64, r.frames)
    point(1 <= r.irqs <= 6, "... more than ten an interrupt", r.irqs)

    for usecs in 2000, 20000:
        DEV.coalesce(rx_usecs=usecs)
        rtt = PING.rtt()
        print("# rx-usecs %d: %.1f ms, without %.1f ms" % (usecs, rtt, base))
        point(usecs / 1000 <= rtt, "rx-usecs %d: waits" % usecs, rtt)
        point(rtt <= usecs / 1000 + base + 10, "... no longer than that", rtt)

    DEV.coalesce(rx_usecs=1000000, rx_frames=3)
    r, begin = Rise(DEV), time.monotonic()
    for seq in [PING.send() for _ in range(3)]:
        PING.wait(seq)
    point(time.monotonic() - begin < 0.9, "rx-frames 3: does not wait when there are three")
    eq("... with one interrupt", 1, r.irqs)


def while_serving():
    DEV.coalesce(rx_usecs_irq=100000)
    begin = time.monotonic()
    r = sent_train(20)
    eq("rx-usecs-irq: what came during service waits for one more", (20, 2), (r.frames, r.irqs))
    point(time.monotonic() - begin >= 0.1, "... as long")
    DEV.coalesce(rx_usecs_irq=1000000, rx_frames_irq=19)
    begin = time.monotonic()
    r = sent_train(20)
    eq("rx-frames-irq: nineteen of them do not wait", (20, 2), (r.frames, r.irqs))
    point(time.monotonic() - begin < 0.9, "... as long")


def cqe():
    irqs = []
    for on in "off", "on":
        DEV.coalesce(rx_usecs=400000, cqe_mode_rx=on)
        r = Rise(DEV)
        for _ in range(6):
            seq = PING.send()
            time.sleep(0.12)
        PING.wait(seq)
        irqs.append(r.irqs)
    point(irqs[0] >= 2, "cqe-mode-rx off: rx-usecs count from the first frame", irqs)
    point(irqs[1] == 1, "cqe-mode-rx on: they count from the latest", irqs)


def adaptive():
    DEV.coalesce(adaptive_rx="on")
    r = Rise(DEV)

    def chosen():
        train(64)
        return r.dim_changes
    point(wait_until(chosen, 20), "adaptive-rx: net_dim chooses", (r.frames, r.irqs))
    DEV.coalesce(adaptive_rx="on", pkt_rate_low=20, pkt_rate_high=100, rx_usecs_low=30000,
                 rx_usecs_high=60000)
    # The sample that the first of these ends may hold frames of the trains.
    for _ in range(10):
        time.sleep(1.1)
        PING.rtt(1)
        rtt = PING.rtt(2)
        if rtt >= 30:
            break
    point(rtt >= 30, "pkt-rate-low: the -low set", rtt)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        r = Rise(DEV)
        for _ in range(30):
            train(8)
            time.sleep(0.01)
        if r.irqs * 10 <= r.frames:
            break
    point(r.irqs * 10 <= r.frames, "pkt-rate-high: the -high set", (r.frames, r.irqs))


def polled():
    DEV.coalesce(rx_usecs=1000)
    DEV.mode("poll")
    r = Rise(DEV)
    PING.rtt()
    eq("poll: no interrupts", 0, r.irqs)
    point(r.polls >= 4, "... but polls", r.polls)
    DEV.ethtool("-G", "rx", 64)
    DEV.coalesce(rx_usecs=1000000)
    before = DEV.stats()
    for _ in range(4):
        train(50)
    after = DEV.stats()
    drops = after["rx0_ring_drops"] - before["rx0_ring_drops"]
    point(drops >= 72, "a ring that is full drops", drops)
    eq("... with a reason", drops, after["AnpDropLinkRing"] - before["AnpDropLinkRing"])
    DEV.ethtool("-G", "rx", 512)


def hybrid():
    DEV.coalesce(rx_usecs=200, pkt_rate_high=1000, pkt_rate_low=500)
    DEV.mode("hybrid")
    for wave in 1, 2, 3:
        r = Rise(DEV)

        def many():
            train(32)
            return r.irq_to_poll
        point(wait_until(many, 10), "hybrid, wave %d: many frames: polling" % wave)
        point(wait_until(lambda: DEV.get("rx0_irq_to_poll") == DEV.get("rx0_poll_to_irq"), 10),
              "hybrid, wave %d: few: interrupts" % wave)
    # The poll mode before, which was entered and left, is one of them.
    r = Rise(DEV)
    PING.rtt(1)
    point(r.irqs >= 1, "... which are raised")


def in_order(name, flows, bursts):
    """Trains of all flows: each datagram of a flow comes behind the one before it."""
    last, wrong, count = {}, 0, 0
    for burst in range(bursts):
        for s in flows:
            s.sendto(struct.pack("!16Q", *range(burst * 16, burst * 16 + 16)), (HERE, PORT))

        def look():
            nonlocal wrong, count
            try:
                while True:
                    data, peer = SINK.recvfrom(100)
                    n = struct.unpack("!Q", data)[0]
                    wrong += n <= last.get(peer, -1)
                    last[peer] = n
                    count += 1
            except BlockingIOError:
                return count >= (burst + 1) * 16 * len(flows)
        wait_until(look, 5)
    eq("4 queues, %s: each flow in order" % name, (0, bursts * 16 * len(flows)), (wrong, count))


def some_flows(n=8):
    flows = [udp("inet") for _ in range(n)]
    for s in flows:
        s.setsockopt(SOL_UDP, UDP_SEGMENT, 8)
    return flows


def order():
    flows = some_flows()
    DEV.ethtool("-L", "rx", 4)
    taken(Rise(DEV))
    before = DEV.stats()
    for mode in "interrupt", "poll", "hybrid":
        DEV.coalesce(rx_usecs=100, rx_frames=16)
        DEV.mode(mode)
        in_order(mode, flows, 20)
    after = DEV.stats()
    used = sum(after["rx%d_frames" % q] > before.get("rx%d_frames" % q, 0) for q in range(4))
    point(used >= 2, "... spread over the queues", used)


def threads():
    """The kernel threads that poll anp0's queues."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open("/proc/%s/stat" % pid, encoding="ascii") as f:
            if f.read().partition("(")[2].startswith("napi/anp0"):
                found.add(pid)
    return found


def received_rps(cpu):
    """How often other CPUs have told this one of packets for it: softnet_stat's column of RPS."""
    with open("/proc/net/softnet_stat", encoding="ascii") as f:
        rows = [[int(n, 16) for n in line.split()] for line in f]
    return next(row[9] for row in rows if row[12] == cpu)


def elsewhere():
    """Queues that are polled by threads, and packets that other CPUs handle."""
    flows = some_flows()
    DEV.mode("interrupt")
    DEV.coalesce(rx_usecs=100, rx_frames=16)
    DEV.sysfs("threaded", 1)
    in_order("threaded", flows, 8)
    eq("... by a thread each", 4, len(threads()))
    DEV.sysfs("threaded", 0)
    allowed = os.sched_getaffinity(0)
    for cpu in 1, 0:
        for queue in range(4):
            DEV.sysfs("queues/rx-%d/rps_cpus" % queue, 1 << cpu)
        # What is sent by the other CPU is received by that one, too, and has to change over.
        os.sched_setaffinity(0, {1 - cpu})
        before = DEV.get("rx_direct"), received_rps(cpu)
        in_order("RPS to CPU %d" % cpu, flows, 8)
        eq("... by the kernel's way, which steers", before[0], DEV.get("rx_direct"))
        point(received_rps(cpu) > before[1], "... which that CPU was told of", received_rps(cpu))
    os.sched_setaffinity(0, allowed)
    for queue in range(4):
        DEV.sysfs("queues/rx-%d/rps_cpus" % queue, 0)


def main():
    global DEV, PING, SINK, SENDER
    enter(sys.argv[1])
    DEV = Device(sys.argv[1])
    SINK = udp("anp", HERE, PORT)
    SINK.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    SINK.setblocking(False)
    enter(sys.argv[2])
    PING = Pinger()
    SENDER = udp("inet")
    SENDER.setsockopt(SOL_UDP, UDP_SEGMENT, 8)
    PING.rtt(1)
    for part in interrupts, while_serving, cqe, adaptive, polled, hybrid, order, elsewhere:
        with section(part.__name__):
            part()
    done()


main()
