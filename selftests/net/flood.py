# SPDX-License-Identifier: GPL-2.0
"""What a connection, new connections and the memory are like while floods of helpers/flood.c come in
from the namespace PEER_NS. Each flood's figures are printed."""

import os
import socket
import subprocess
import time

from dgram import done, eq, point, section, stat, wait_until
from stream import listener, namespace, stream

FRAMES = int(os.environ["FLOOD"])
SEED = int(os.environ.get("SEED", "1"))
HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../helpers/flood")
BACKLOG = 128
SYN_RECV, ORPHAN_STATES = "03", ("04", "08", "09", "0B")


def setting(name, value):
    with open("/proc/sys/net/anp/" + name, "w", encoding="ascii") as f:
        f.write(str(value))


def counters():
    with open("/proc/net/anp/stat", encoding="ascii") as f:
        return {name: int(value) for name, value in map(str.split, f)}


def drops_since(before):
    """What was dropped, by reason."""
    now = counters()
    names = list(now)
    return {name: now[name] - before[name] for name in names[names.index("AnpDropLinkDown"):]
            if now[name] > before[name]}


def count(match):
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return sum(match(line.split()) for line in f.read().splitlines()[1:])


def flood(mode, here=("10.0.0.1", 1), there=9000, frames=FRAMES):
    """A flood that has begun, in the peer's namespace."""
    return subprocess.Popen(["nsenter", "--net=" + os.environ["PEER_NS"], HELPER, mode, str(frames),
                             str(SEED), os.environ["ANP_MAC"], str(here[1]), str(there)],
                            stdout=subprocess.PIPE, text=True)


def figures(running):
    """How many of its frames were taken, and how many a second."""
    taken, rate = running.communicate()[0].split()
    return int(taken), int(rate)


def peer(port):
    with namespace(os.environ["PEER_NS"]):
        s = stream("inet")
    s.settimeout(30)
    s.connect(("10.0.0.2", port))
    return s


def echo(a, b, data=b"question"):
    a.sendall(data)
    got = b""
    while len(got) < len(data):
        got += b.recv(len(data) - len(got))
    return got == data


def syn_flood():
    """RFC 4987: ten times and more what the queue of requests holds, and whoever means it gets in."""
    lsock = listener("anp", "10.0.0.2", 9000, BACKLOG)
    setting("tcp_max_syn_backlog", BACKLOG)
    before = stat("TcpExtSyncookiesSent")
    running = flood("syn", frames=max(FRAMES, 20 * BACKLOG))
    good = most = 0
    slowest, rounds = 0.0, 0
    while running.poll() is None or rounds < 20:
        begin = time.monotonic()
        c = peer(9000)
        s = lsock.accept()[0]
        good += echo(c, s) and echo(s, c)
        rounds += 1
        slowest = max(slowest, time.monotonic() - begin)
        most = max(most, count(lambda row: row[3] == SYN_RECV))
        c.close()
        s.close()
        if rounds >= 400:
            break
    taken, rate = figures(running)
    print(f"# {taken} SYNs, {rate} a second; {rounds} connections, the slowest {slowest * 1e3:.0f} ms; "
          f"at most {most} requests")
    point(taken >= 10 * BACKLOG, f"SYNs: more than ten times the queue of {BACKLOG}", taken)
    eq("... who means it gets in", rounds, good)
    # Linux, too, takes one more than listen() says.
    point(most <= BACKLOG + 1, "... the queue keeps its limit", most)
    point(stat("TcpExtSyncookiesSent") - before > 5 * BACKLOG, "... the others get cookies",
          stat("TcpExtSyncookiesSent") - before)
    lsock.close()
    point(wait_until(lambda: not count(lambda row: row[3] == SYN_RECV)),
          "... and nothing is left of it")


def others():
    """RFC 5961, RFC 5927 and what has no connection at all: the one that there is goes on."""
    lsock = listener("anp", "10.0.0.2", 9001)
    c = peer(9001)
    s = lsock.accept()[0]
    here = c.getsockname()
    # What is no drop is counted where it belongs.
    other = {"icmp": "IcmpInMsgs", "frag": "IpReasmReqds"}
    for mode in "ack", "rst", "fin", "icmp", "frag", "martian", "smurf":
        before = counters()
        running = flood(mode, here, 9001)
        rounds = 0
        slowest = 0.0
        while running.poll() is None or not rounds:
            begin = time.monotonic()
            if not (echo(c, s) and echo(s, c)):
                break
            slowest = max(slowest, time.monotonic() - begin)
            rounds += 1
        taken, rate = figures(running)

        def accounted(mode=mode, before=before):
            if mode in other:
                return counters()[other[mode]] - before[other[mode]]
            return sum(drops_since(before).values())

        good = echo(c, s, b"after") and echo(s, c, b"after")
        point(taken > FRAMES * 0.9 and good, f"{mode}: a connection goes on", taken)
        point(wait_until(lambda: accounted() >= taken), "... and each frame is accounted for",
              (accounted(), drops_since(before)))
        print(f"# {mode}: {taken} frames, {rate} a second; {rounds} echoes each way, the slowest "
              f"{slowest * 1e3:.0f} ms; dropped: {drops_since(before)}")
    print(f"# challenge ACKs {stat('TcpExtTCPChallengeACK')}")


def holders(peers=40, orphans=10):
    """Who takes nothing: each holds no more than a send buffer, and when the program has closed, no
    more of them are kept than tcp_max_orphans says."""
    lsock = listener("anp", "10.0.0.2", 9002, peers)
    setting("tcp_max_orphans", orphans)
    setting("tcp_wmem", "4096 16384 65536")
    held = []
    for _ in range(peers):
        with namespace(os.environ["PEER_NS"]):
            c = stream("inet")
        c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        c.connect(("10.0.0.2", 9002))
        held.append((c, lsock.accept()[0]))
    most = 0
    for _, s in held:
        s.setblocking(False)
        sent = 0
        try:
            while True:
                sent += s.send(bytes(16384))
        except BlockingIOError:
            most = max(most, sent)
    print(f"# {peers} peers that read nothing: at most {most} bytes taken of one")
    point(most < 65536 * 4, "a slow reader holds no more than a send buffer", most)
    before = stat("TcpExtTCPAbortOnMemory")
    for _, s in held:
        s.close()
    left = count(lambda row: row[3] in ORPHAN_STATES)
    print(f"# {left} orphans, {stat('TcpExtTCPAbortOnMemory') - before} aborted")
    point(left <= orphans, f"of {peers} that are closed no more than {orphans} are kept", left)
    point(stat("TcpExtTCPAbortOnMemory") - before >= peers - orphans, "... and the others are counted")
    for c, _ in held:
        c.close()
    point(wait_until(lambda: not count(lambda row: row[3] in ORPHAN_STATES), 40),
          "... and go when their peers do")


for fn in (syn_flood, others, holders):
    with section(fn.__name__):
        fn()
done()
