# SPDX-License-Identifier: GPL-2.0
"""Connections whose programs neither read nor are read from, while tcp_mem is 700 900 1100 pages;
datagrams that nobody reads, while udp_mem is 600 1200 1600; then sockets' memory in a control group."""

import os
import socket
import time

from dgram import SO_RCVBUFFORCE, done, eq, inet_socket, point, section, stat, udp, wait_until
from stream import listener, namespace, stream

PAGE = os.sysconf("SC_PAGE_SIZE")
PRESSURE_ENDS, LIMIT = 700, 1100
CONNECTIONS, BYTES = 24, 1 << 19
# Each processor keeps up to 256 pages, which may count or not; and what each socket may have whatever the
# others do is tcp_rmem's and tcp_wmem's first number and a segment, of which a part of a page is one.
SLACK = 256 * os.cpu_count() + 5 * CONNECTIONS
DGRAM_ENDS, DGRAM_SOCKETS, DGRAMS = 600, 10, 300
GROUP = "/sys/fs/cgroup/anp-memory"


def protocol(name="ANP-TCP"):
    """Pages that all its sockets have, and whether there is pressure."""
    with open("/proc/net/protocols", encoding="ascii") as f:
        row, = (line.split() for line in f if line.startswith(name + " "))
    return int(row[3]), row[4] == "yes"


def pattern(i):
    return (bytes(range(251)) * (BYTES // 251 + 2))[i * 3:i * 3 + BYTES]


def pairs(port):
    lsock = listener("anp", "10.0.0.2", port, CONNECTIONS)
    both = []
    for _ in range(CONNECTIONS):
        with namespace(os.environ["PEER_NS"]):
            c = stream("inet")
        c.connect(("10.0.0.2", port))
        both.append((c, lsock.accept()[0]))
    lsock.close()
    return both


def fill(sockets, what):
    """As much as they take at once, again and again until they take no more; bytes of each."""
    sent = [0] * len(sockets)
    quiet = time.monotonic()
    while time.monotonic() < quiet + 0.5:
        for i, s in enumerate(sockets):
            s.setblocking(False)
            try:
                n = s.send(what[i][sent[i]:sent[i] + 65536]) if sent[i] < BYTES else 0
            except BlockingIOError:
                continue
            sent[i] += n
            if n:
                quiet = time.monotonic()
    return sent


def drain(writers, readers, what, sent):
    """The rest is written while all is read; how many got exactly what was meant for them."""
    got = [b""] * len(readers)
    end = time.monotonic() + 60
    while time.monotonic() < end and any(len(g) < BYTES for g in got):
        for i, (w, r) in enumerate(zip(writers, readers)):
            w.setblocking(False)
            r.setblocking(False)
            try:
                if sent[i] < BYTES:
                    sent[i] += w.send(what[i][sent[i]:sent[i] + 65536])
            except BlockingIOError:
                pass
            try:
                got[i] += r.recv(65536)
            except BlockingIOError:
                pass
    return sum(g == w for g, w in zip(got, what))


def short(name, port, to_anp):
    both = pairs(port)
    writers, readers = zip(*both) if to_anp else zip(*((s, c) for c, s in both))
    what = [pattern(i) for i in range(CONNECTIONS)]
    before = stat("TcpExtTCPMemoryPressures")
    sent = fill(writers, what)
    pages, pressure = protocol()
    print(f"# {name}: {sum(sent)} bytes taken, {pages} pages, pressure {pressure}")
    point(stat("TcpExtTCPMemoryPressures") > before and pressure, f"{name}: pressure is told", pages)
    point(pages <= LIMIT + SLACK, "... memory keeps its limit", pages)
    eq("... no connection loses a byte for it", CONNECTIONS, drain(writers, readers, what, sent))
    for pair in both:
        for s in pair:
            s.close()
    point(wait_until(lambda: protocol()[0] < PRESSURE_ENDS, 10), "... and all is given back", protocol())


def received():
    short("what waits to be read", 9100, True)


def sent():
    short("what waits to be sent", 9101, False)


def bytes_of(i):
    return b"%08d" % i + bytes(range(251)) * 5


def dgram_sockets(count):
    """Theirs is not the limit; and who sends to them, from the peer's namespace."""
    socks = [udp(addr="10.0.0.2", port=9200 + i) for i in range(count)]
    for s in socks:
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        s.setblocking(False)
    with namespace(os.environ["PEER_NS"]):
        return socks, inet_socket()


def read_all(s):
    while True:
        try:
            yield s.recv(2000)
        except BlockingIOError:
            return


def datagrams():
    socks, peer = dgram_sockets(DGRAM_SOCKETS)
    socks.append(udp(addr="10.0.0.2", port=9300))
    before, full = stat("UdpMemErrors"), stat("UdpRcvbufErrors")
    rounds = []
    for _ in range(2):
        for i in range(DGRAMS):
            for port in range(9200, 9200 + DGRAM_SOCKETS):
                peer.sendto(bytes_of(i), ("10.0.0.2", port))
        pages = protocol("ANP-UDP")[0]
        point(pages <= DGRAM_ENDS + SLACK, "datagrams: memory keeps its limit", pages)
        peer.sendto(b"the first", ("10.0.0.2", 9300))
        eq("... a socket that has nothing gets the next in any case", b"the first", socks[-1].recv(100))
        got = [list(read_all(s)) for s in socks[:DGRAM_SOCKETS]]
        rounds.append(sum(map(len, got)))
        point(all(g == [bytes_of(i) for i in range(len(g))] for g in got),
              "... what was kept is what came first", [len(g) for g in got])
    lost = stat("UdpMemErrors") - before
    eq("each of the others is counted", 2 * DGRAM_SOCKETS * DGRAMS, sum(rounds) + lost)
    eq("... and no buffer was full", full, stat("UdpRcvbufErrors"))
    print(f"# {rounds} datagrams kept, {lost} dropped")
    point(lost > 0 and rounds[1] > rounds[0] / 2, "what was read is given back: as many go in again", rounds)
    for s in socks + [peer]:
        s.close()


def of_group(name):
    with open(f"{GROUP}/memory.stat", encoding="ascii") as f:
        return dict(line.split() for line in f)[name]


def has_groups():
    """Is the kernel built with them?  Whether they can be used is another question."""
    with open("/proc/kallsyms", encoding="ascii") as f:
        return any(" mem_cgroup_" in line for line in f)


def group():
    """What a user's sockets hold is the user's: the group that the process is in pays for it."""
    if not has_groups():
        print("# a kernel without memory control groups")
        return
    with open("/sys/fs/cgroup/cgroup.subtree_control", "w", encoding="ascii") as f:
        f.write("+memory")
    os.mkdir(GROUP)
    home = "/sys/fs/cgroup" + open("/proc/self/cgroup", encoding="ascii").read().split(":")[2].strip()
    try:
        with open(GROUP + "/cgroup.procs", "w", encoding="ascii") as f:
            f.write(str(os.getpid()))
        before = int(of_group("slab"))
        many = [stream("anp") for _ in range(400)]
        slab = int(of_group("slab")) - before
        point(slab > 400 * 1500, "sockets are charged to the group", slab)
        for s in many:
            s.close()
        both = pairs(9102)
        fill([c for c, s in both], [bytes(BYTES)] * CONNECTIONS)
        held = int(of_group("sock"))
        print(f"# {slab} bytes of 400 sockets, {held} bytes of unread data")
        point(held > 100 * PAGE, "... and what waits in them", held)
        for pair in both:
            for s in pair:
                s.close()
        # The kernel sums up what its processors counted only now and then.
        point(wait_until(lambda: int(of_group("sock")) < 50 * PAGE, 10), "... until they are closed", of_group("sock"))
        (s,), peer = dgram_sockets(1)
        before = int(of_group("sock"))
        for i in range(DGRAMS):
            peer.sendto(bytes_of(i), s.getsockname())
        point(wait_until(lambda: int(of_group("sock")) - before > 50 * PAGE, 10), "... datagrams, too",
              (before, of_group("sock")))
        s.close()
        peer.close()
    finally:
        with open(home + "/cgroup.procs", "w", encoding="ascii") as f:
            f.write(str(os.getpid()))
        point(wait_until(lambda: not os.path.exists(GROUP) or not remove(), 5), "... and then it can go")
        with open("/sys/fs/cgroup/cgroup.subtree_control", "w", encoding="ascii") as f:
            f.write("-memory")


def remove():
    try:
        os.rmdir(GROUP)
    except OSError:
        return True
    return False


for fn in (received, sent, datagrams, group):
    with section(fn.__name__):
        fn()
done()
