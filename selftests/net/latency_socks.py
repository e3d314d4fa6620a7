# SPDX-License-Identifier: GPL-2.0
"""Histograms of single sockets: `anp latency sockets`, and the netlink behind it.

Linux is at the other end of all connections but those that stay in this namespace."""

import errno
import json
import os
import socket
import struct
import subprocess

from dgram import as_nobody, done, eq, point, section, wait_until
from genl import NLM_F_DUMP, attr, attrs_of, dump, family_id, genl
from stream import listener, namespace, stream

LATENCY = "/proc/net/anp/latency"
GET, NEW = 4, 5
PROTOCOL, STATES, LPORT, COOKIE, WANT = 1, 2, 8, 12, 13
ON, SOCKS, SOCKS_MAX, REFUSED, STAGE, SUM, BUCKETS = 26, 28, 29, 30, 31, 32, 34
SO_COOKIE = 57
PORT = 8100


def say(words):
    with open(LATENCY, "w", encoding="ascii") as f:
        f.write(words)


def head():
    with open(LATENCY, encoding="ascii") as f:
        return f.readline().split()


def kept():
    """How many sockets have histograms, how many may, how often there was no room."""
    words = head()
    return int(words[5]), int(words[7]), int(words[9])


def sockets(*words):
    run = subprocess.run(("anp", "latency", "sockets", "--json") + words, capture_output=True,
                         text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return json.loads(run.stdout)


def stages(one):
    return {s["stage"]: s for s in one["stages"]}


def pair(lsock):
    """A connection: Linux' end, and ANP's."""
    with namespace(os.environ["PEER_NS"]):
        c = stream("inet")
    c.connect(("10.0.0.2", PORT))
    s = lsock.accept()[0]
    s.settimeout(20)
    return c, s


def talk(c, s, times):
    for _ in range(times):
        c.sendall(b"?")
        s.recv(1)
        s.sendall(b"!")
        c.recv(1)


def cookie(s):
    return struct.unpack("Q", s.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8))[0]


def each_its_own(lsock):
    say("sockets 8")
    say("on")
    (c1, s1), (c2, s2) = pair(lsock), pair(lsock)
    talk(c1, s1, 31)
    talk(c2, s2, 11)
    found = {x["cookie"]: x for x in sockets("sport = :%d" % PORT)}
    eq("two sockets have histograms", sorted((cookie(s1), cookie(s2))), sorted(found))
    one, two = found[cookie(s1)], found[cookie(s2)]
    eq("their names", ("10.0.0.2", PORT, c1.getsockname()[1]),
       (one["local"]["address"], one["local"]["port"], one["peer"]["port"]))
    # The first message came before the program's first call: there was nothing to count it in.
    eq("each counts what it received", (30, 10),
       tuple(stages(x)["rx-total"]["count"] for x in (one, two)))
    eq("... and sent", (31, 11), tuple(stages(x)["tx-total"]["count"] for x in (one, two)))
    for x in (one, two):
        for way in ("rx", "tx"):
            parts = [s for s in x["stages"] if s["stage"].startswith(way)]
            total = parts.pop()
            point(all(s["count"] == total["count"] for s in parts) and
                  abs(sum(s["sum"] for s in parts) - total["sum"]) <= 0.05 * total["sum"],
                  f"the stages of {way} add up to the total", parts)
    eq("a filter by the peer's port", [cookie(s2)],
       [x["cookie"] for x in sockets("dport = :%d" % c2.getsockname()[1])])
    text = subprocess.run(("anp", "latency", "sockets", "dport = :%d" % c2.getsockname()[1]),
                          capture_output=True, text=True, check=True).stdout
    point("tcp ESTAB 10.0.0.2:%d 10.0.0.1:" % PORT in text and "tx-total" in text, "as text", text)
    rows = subprocess.run(("anp", "latency", "sockets", "--csv"), capture_output=True, text=True,
                          check=True).stdout.splitlines()
    eq("as CSV", 1 + 2 * len(one["stages"]), len(rows))
    eq("the namespace counts all", 31 + 11, namespace_count("tx-total"))
    say("off")
    talk(c1, s1, 3)
    eq("off, nothing is counted", 31, stages(sockets("dport = :%d" % c1.getsockname()[1])[0])
       ["tx-total"]["count"])
    eq("... and all is kept", 2, kept()[0])
    c1.close()
    s1.close()
    # The last reference may be with the other end's last ACK, or a grace period.
    point(wait_until(lambda: kept()[0] == 1, 20), "what a socket had goes with it", kept())
    say("reset")
    eq("reset forgets the others'", (0, 8, 0), kept())
    eq("... and does not show them", [], sockets())
    c2.close()
    s2.close()


def namespace_count(stage):
    """By netlink, and /proc says the same."""
    for a in dump(family_id(), GET):
        if a.get(STAGE) == stage.encode() + b"\0" and COOKIE not in a:
            counts = struct.unpack("%dI" % (len(a[BUCKETS]) // 4), a[BUCKETS])
            with open(LATENCY, encoding="ascii") as f:
                line = [l.split() for l in f if l.startswith("stage " + stage + " ")][0]
            eq("netlink and /proc agree on " + stage, (int(line[3]), int(line[5])),
               (sum(counts), struct.unpack("Q", a[SUM])[0]))
            return sum(counts)
    return None


def limits(lsock):
    say("sockets 2")
    say("on")
    conns = [pair(lsock) for _ in range(4)]
    for c, s in conns:
        talk(c, s, 2)
    have, most, refused = kept()
    eq("no more than were asked for", (2, 2), (have, most))
    point(refused >= 2, "... and the others are counted", refused)
    eq("... who still work, and count for the namespace", 8, namespace_count("tx-total"))
    eq("the first two have them", sorted(cookie(s) for _, s in conns[:2]),
       sorted(x["cookie"] for x in sockets()))
    conns[0][0].close()
    conns[0][1].close()
    point(wait_until(lambda: kept()[0] == 1, 20), "one goes", kept())
    talk(*conns[3], 2)
    point(cookie(conns[3][1]) in [x["cookie"] for x in sockets()], "... and leaves room for another")
    say("sockets 0")
    eq("none any more", (0, 0, 0), kept())
    talk(*conns[1], 2)
    eq("... nor new ones", (0, 0, 0), kept())
    say("sockets 1024")
    for words in "sockets 1025", "sockets -1", "sockets", "sockets x", "sockets 70000":
        try:
            say(words)
            point(False, f"refused: {words}")
        except OSError as e:
            point(e.errno in (errno.EINVAL, errno.ERANGE), f"refused: {words}", e)
    for c, s in conns[1:]:
        c.close()
        s.close()
    say("reset")


def many(lsock):
    """More than fit in a message, read by who takes little at a time; and while they come and go."""
    say("sockets 64")
    conns = [pair(lsock) for _ in range(40)]
    for c, s in conns:
        talk(c, s, 1)
    family = family_id()
    told = {}
    for a in dump(family, GET, attr(LPORT, struct.pack("!H", PORT)), 8192):
        if COOKIE in a:
            told.setdefault(struct.unpack("Q", a[COOKIE])[0], []).append(a[STAGE])
    eq("each is told", sorted(cookie(s) for _, s in conns), sorted(told))
    eq("... whole, and once", {tuple(next(iter(told.values())))}, set(map(tuple, told.values())))
    answers = dump(family, GET, b"", 4096)
    next(answers)
    for c, s in conns:
        c.close()
        s.close()
    point(wait_until(lambda: kept()[0] == 0, 20), "gone while a dump is under way", kept())
    eq("... which ends", True, all(COOKIE not in a or a[COOKIE] for a in answers))


def requests():
    family = family_id()

    def answer(attrs, flags=NLM_F_DUMP, cmd=GET):
        got = genl(family, cmd, attrs, flags)
        return got if isinstance(got, int) else 0

    eq("no dump", errno.EOPNOTSUPP, answer(b"", 0))
    eq("a command that only answers have", errno.EOPNOTSUPP, answer(b"", NLM_F_DUMP, NEW))
    for kind in ON, SOCKS, SOCKS_MAX, REFUSED, STAGE, BUCKETS, 200:
        eq(f"attribute {kind} is none of a request's", errno.EINVAL, answer(attr(kind, b"\1\0\0\0")))
    eq("a protocol without sockets", errno.EPROTONOSUPPORT, answer(attr(PROTOCOL, b"\x63")))
    point(answer(attr(LPORT, b"\1")) in (errno.EINVAL, errno.ERANGE), "a port of one byte")
    point(answer(attr(STATES, b"\1")) in (errno.EINVAL, errno.ERANGE), "states of one byte")
    eq("a wish that nobody knows", errno.EINVAL, answer(attr(WANT, struct.pack("I", 4))))
    eq("an attribute that ends behind the request", errno.EINVAL,
       answer(struct.pack("HH", 400, LPORT)) or errno.EINVAL)
    eq("nobody may look", 0, as_nobody(lambda: answer(b"")))
    eq("... but not switch", errno.EACCES, as_nobody(lambda: failure("sockets 9")))
    with namespace(os.environ["PEER_NS"]):
        first = attrs_of(genl(family, GET, b"", NLM_F_DUMP))
    eq("another namespace measures nothing", (b"\0", 0, 0),
       (first[ON], *struct.unpack("II", first[SOCKS] + first[SOCKS_MAX])))


def failure(words):
    try:
        say(words)
    except OSError as e:
        return e.errno
    return 0


with section("sockets"), listener("anp", "10.0.0.2", PORT, 64) as lsock:
    for fn in (each_its_own, limits, many):
        fn(lsock)
with section("requests"):
    requests()
say("off")
say("sockets 0")
done()
