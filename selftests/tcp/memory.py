# SPDX-License-Identifier: GPL-2.0
"""Connections whose programs neither read nor are read from, while tcp_mem is 700 900 1100 pages; then
sockets' memory in a control group."""

import os
import socket
import time

from dgram import done, eq, point, section, stat, wait_until
from stream import listener, namespace, stream

PAGE = os.sysconf("SC_PAGE_SIZE")
PRESSURE_ENDS, LIMIT = 700, 1100
CONNECTIONS, BYTES = 24, 1 << 19
# Each processor keeps up to 256 pages, which may count or not; and what each socket may have whatever the
# others do is tcp_rmem's and tcp_wmem's first number and a segment, of which a part of a page is one.
SLACK = 256 * os.cpu_count() + 5 * CONNECTIONS
GROUP = "/sys/fs/cgroup/anp-memory"


def protocol():
    """Pages that all connections have, and whether there is pressure."""
    with open("/proc/net/protocols", encoding="ascii") as f:
        row, = (line.split() for line in f if line.startswith("ANP-TCP "))
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


for fn in (received, sent, group):
    with section(fn.__name__):
        fn()
done()
