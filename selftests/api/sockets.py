# SPDX-License-Identifier: GPL-2.0
"""What anp ss, anp events and netlink tell of ANP's sockets, and the end of some by anp ss -K."""

import errno
import json
import os
import resource
import socket
import struct
import subprocess
import time

from dgram import anp_socket, as_nobody, done, eq, err_is, point, section, udp, wait_until
from genl import NETLINK_GENERIC, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, attr, family_id, genl
from stream import listener, namespace, stream

SO_COOKIE = 57
SOCK_GET, SOCK_DEL = 1, 3
PROTOCOL, STATE, LADDR, LPREFIX, WANT = 1, 3, 4, 6, 13
MANY = int(os.environ.get("MANY") or 3000)


def ss(*args, ok=True):
    """The sockets that anp ss tells of."""
    run = subprocess.run(("anp", "ss", "-j") + args, capture_output=True, text=True, check=False)
    if ok and run.returncode:
        raise RuntimeError(run.stderr)
    return json.loads(run.stdout) if ok else (run.returncode, run.stderr)


def ports(sockets):
    return sorted(s["local"]["port"] for s in sockets)


def peer(port, addr="10.0.0.2"):
    """A client on Linux."""
    with namespace(os.environ["PEER_NS"]):
        s = stream("inet")
    s.settimeout(20)
    s.connect((addr, port))
    return s


def pair(lsock, port):
    """A connection: Linux' end, and ANP's."""
    c = peer(port)
    s = lsock.accept()[0]
    s.settimeout(20)
    return c, s


def listing():
    lsock = listener("anp", "10.0.0.2", 8001)
    c, s = pair(lsock, 8001)
    c.sendall(b"x" * 1000)
    s.recv(400)
    found = ss("-t", "state", "established")
    point(len(found) == 1, "the one connection is listed", found)
    one = found[0]
    eq("its names", ("10.0.0.2", 8001, "10.0.0.1", c.getsockname()[1]),
       (one["local"]["address"], one["local"]["port"], one["peer"]["address"],
        one["peer"]["port"]))
    eq("the inode is its descriptor's", os.fstat(s.fileno()).st_ino, one["inode"])
    eq("the cookie is SO_COOKIE", s.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8),
       struct.pack("Q", one["cookie"]))
    eq("what waits to be read", 600, one["recv_q"])
    eq("what TCP received", 1000, one["tcp"]["bytes_received"])
    eq("its receive buffer", s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF),
       one["memory"]["rcvbuf"])
    waiting = peer(8001)
    point(wait_until(lambda: [l["recv_q"] for l in ss("-tl")] == [1], 10),
          "a listener tells who waits", ss("-tl"))
    lsock.accept()[0].close()
    waiting.close()
    point(wait_until(lambda: ss("-t", "state", "time-wait", "state", "fin-wait-2"), 10),
          "what is left of a connection is listed", ss("-ta"))
    lsock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
    late = peer(8001)
    requests = ss("-t", "state", "syn-recv")
    eq("so is a request", [late.getsockname()[1]], [r["peer"]["port"] for r in requests])
    ss("-t", "-K", "state", "syn-recv")
    eq("... until it is destroyed", [], ss("-t", "state", "syn-recv"))
    with namespace(os.environ["PEER_NS"]):
        eq("another namespace sees none of it", [], ss("-a"))


def filters():
    lsock = listener("anp", "10.0.0.2", 8010)
    conns = [pair(lsock, 8010) for _ in range(5)]
    far = sorted(c.getsockname()[1] for c, s in conns)

    def peers(*words):
        return sorted(s["peer"]["port"] for s in ss("-t", *words))

    eq("dport =", far[1:2], peers("dport", "=", ":%d" % far[1]))
    eq("a range", far[1:4], peers("dport >= :%d and dport <= :%d" % (far[1], far[3])))
    eq("or", [far[0], far[4]], peers("dport = :%d or dport = :%d" % (far[0], far[4])))
    eq("dst, a prefix", far, peers("dst 10.0.0.0/30 and sport = :8010"))
    eq("dst, not", [], peers("sport = :8010 and not dst 10.0.0.0/30"))
    eq("a state that none has", [], peers("state", "last-ack", "sport = :8010"))
    killed = ss("-t", "-K", "sport = :8010 and (dport = :%d or dport = :%d)" % (far[0], far[4]))
    eq("-K tells what it destroyed", [far[0], far[4]], sorted(s["peer"]["port"] for s in killed))
    eq("... and spares the others", far[1:4], peers("sport = :8010"))
    for c, s in conns:
        if c.getsockname()[1] in (far[0], far[4]):
            err_is("the program reads ECONNABORTED", errno.ECONNABORTED, s.recv, 1)
            err_is("... its peer ECONNRESET", errno.ECONNRESET, c.recv, 1)
        c.close()
        s.close()


def destroy():
    lsock = listener("anp", "10.0.0.2", 8020)
    c, s = pair(lsock, 8020)
    eq("a listener is destroyed", [8020], ports(ss("-tlK", "sport = :8020")))
    err_is("... accept() fails", errno.EINVAL, lsock.accept)
    eq("... it is gone", [], ss("-tl", "sport = :8020"))
    c.sendall(b"alive")
    eq("... its connections are not", b"alive", s.recv(10))
    s.close()
    c.close()
    point(wait_until(lambda: ss("-t", "state", "time-wait", "sport = :8020"), 10),
          "a TIME-WAIT", ss("-ta"))
    ss("-tK", "state", "time-wait", "sport = :8020")
    eq("... is destroyed", [], ss("-t", "state", "time-wait", "sport = :8020"))
    u = udp("anp", "10.0.0.2", 8021)
    u.connect(("10.0.0.1", 9))
    eq("a UDP socket is destroyed", [8021], ports(ss("-uK", "sport = :8021")))
    err_is("... its program reads ECONNABORTED", errno.ECONNABORTED, u.recv, 1)
    eq("... and has no peer any more", ["UNCONN"], [x["state"] for x in ss("-ua",
                                                                          "sport = :8021")])
    p = anp_socket(socket.IPPROTO_ICMP)
    p.bind(("10.0.0.2", 77))
    eq("a ping socket is listed by its identifier", [77], ports(ss("-wa")))


def many():
    """More than fit in a message, and more in a bucket than are taken at a time."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * MANY + 200, 2 * MANY + 200))
    socks, want = [], []
    for i in range(MANY):
        s = anp_socket()
        port = 20000 + (i % 10) * 1024 + i // 1000
        s.bind(("127.0.1.%d" % (i // 10 % 100 + 1), port))
        socks.append(s)
        want.append(port)
    start = time.monotonic()
    found = ss("-ua", "src 127.0.1.0/24")
    print("# %d sockets in %.2f s, the slowest message in %.1f ms" %
          (MANY, time.monotonic() - start, slowest_message() * 1000))
    eq("of thousands each is listed once", sorted(want), ports(found))
    eq("their cookies differ", MANY, len({s["cookie"] for s in found}))
    eq("of one port", want.count(21024), len(ss("-ua", "sport = :21024")))
    start = time.monotonic()
    eq("all are destroyed", MANY, len(ss("-uaK", "src 127.0.1.0/24")))
    print("# ... destroyed in %.2f s" % (time.monotonic() - start))


def slowest_message():
    """The longest that the kernel took for a message of a dump of UDP, in s."""
    longest = 0.0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC) as s:
        s.settimeout(60)
        body = struct.pack("BBH", SOCK_GET, 1, 0) + attr(PROTOCOL, b"\x11")
        s.send(struct.pack("IHHII", 16 + len(body), family_id(), NLM_F_REQUEST | NLM_F_DUMP, 1, 0) +
               body)
        kind = 0
        while kind != NLMSG_DONE:
            start = time.monotonic()
            kind = struct.unpack_from("H", s.recv(65536), 4)[0]
            longest = max(longest, time.monotonic() - start)
    return longest


def events():
    lsock = listener("anp", "10.0.0.2", 8030)
    with subprocess.Popen(["anp", "events", "-j", "-c", "4", "sport = :8030"],
                          stdout=subprocess.PIPE, text=True) as watch:
        while watch.poll() is None:
            c, s = pair(lsock, 8030)
            c.sendall(b"hello")
            s.recv(10)
            s.close()
            c.close()
            time.sleep(0.05)
        seen = [json.loads(line) for line in watch.stdout]
    eq("events end after as many as were wanted", 4, len(seen))
    last = [e for e in seen if e["event"] == "closed"][-1]
    eq("the last word tells what was received", 5, last["tcp"]["bytes_received"])
    made = [e for e in seen if e["event"] == "established"]
    point(made and made[-1]["state"] == "ESTAB", "connections are told when they are made", seen)


def refusals():
    family = family_id()

    def answer(cmd, attrs, flags=NLM_F_DUMP):
        got = genl(family, cmd, attrs, flags)
        return got if isinstance(got, int) else 0

    eq("a protocol without sockets", errno.EPROTONOSUPPORT,
       answer(SOCK_GET, attr(PROTOCOL, b"\x63")))
    eq("a prefix of 33 bits", errno.ERANGE, answer(SOCK_GET, attr(LPREFIX, b"\x21")))
    eq("an attribute that only answers have", errno.EINVAL,
       answer(SOCK_GET, attr(STATE, b"\x01")))
    eq("an attribute that nobody knows", errno.EINVAL, answer(SOCK_GET, attr(200, b"\0" * 4)))
    point(answer(SOCK_GET, attr(LADDR, b"\0" * 3)) in (errno.EINVAL, errno.ERANGE),
          "an address of 3 bytes")
    eq("a wish that nobody knows", errno.EINVAL,
       answer(SOCK_GET, attr(WANT, struct.pack("I", 4))))
    eq("no dump", errno.EOPNOTSUPP, answer(SOCK_GET, b"", 0))
    eq("a command that only answers have", errno.EOPNOTSUPP, answer(2, b""))
    eq("nobody may list", 0, as_nobody(lambda: answer(SOCK_GET, b"")))
    eq("nobody may not destroy", errno.EPERM, as_nobody(lambda: answer(SOCK_DEL, b"")))
    alive = udp("anp", "10.0.0.2", 8050)
    eq("... and anp ss says so", 1,
       as_nobody(lambda: ss("-uaK", "sport = :8050", ok=False)[0]))
    alive.close()


for part in (listing, filters, destroy, many, events, refusals):
    with section(part.__name__):
        part()
done()
