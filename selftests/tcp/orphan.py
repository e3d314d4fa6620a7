# SPDX-License-Identifier: GPL-2.0
"""Orphans of ANP; Linux is the peer, in the namespace PEER_NS."""

import errno
import os
import socket
import subprocess
import threading

from dgram import done, eq, err_is, point, section, stat, wait_until
from stream import Info, anp_stream, listener, namespace

PEER = os.environ["PEER_NS"]
SOL_TCP = socket.IPPROTO_TCP
FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE_WAIT = 4, 5, 6, 8

with namespace(PEER):
    lsock = listener("inet", "10.0.0.1", 7100)


def pair():
    """ANP's end, Linux' end, ANP's port."""
    s = anp_stream()
    s.connect(("10.0.0.1", 7100))
    c = lsock.accept()[0]
    return s, c, s.getsockname()[1]


def states(port):
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return {int(line.split()[3], 16) for line in f.read().splitlines()[1:]
                if line.split()[1].endswith(f":{port:04X}")}


def waiting(ports):
    """Those of @ports in FIN-WAIT-2."""
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        lines = [line.split() for line in f.read().splitlines()[1:]]
    return {port for port in (int(line[1].split(":")[1], 16) for line in lines
                              if int(line[3], 16) == FIN_WAIT2) if port in ports}


def linux_stat(name):
    with namespace(PEER), open("/proc/net/netstat", encoding="ascii") as f:
        names, values = (line.split() for line in f.read().splitlines()[:2])
    return int(values[names.index(name)])


def crossing():
    """The peer's FIN comes while the program is just closing."""
    ports = []
    both = threading.Barrier(2)
    for _ in range(150):
        s, c, port = pair()
        ports.append(port)
        s.shutdown(socket.SHUT_WR)
        c.recv(1)
        peer = threading.Thread(target=lambda c=c: (both.wait(), c.close()))
        peer.start()
        both.wait()
        s.close()
        peer.join()
    # One that is lost comes again; one that is answered by a reset does not.
    point(wait_until(lambda: not waiting(ports), 10), "all FINs that crossed a close() were taken",
          waiting(ports))


def small_object():
    s, c, port = pair()
    s.close()
    point(wait_until(lambda: states(port) == {FIN_WAIT2}, 10), "closed: FIN-WAIT-2", states(port))
    eq("the peer may still send", CLOSE_WAIT, Info(c).state)
    # RFC 9293 3.8.4: its keepalives are answered, or it would take us for dead.
    probes = linux_stat("TCPKeepAlive")
    for name, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 2)):
        c.setsockopt(SOL_TCP, name, value)
    c.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    point(wait_until(lambda: linux_stat("TCPKeepAlive") >= probes + 4, 30),
          "its keepalives are answered", linux_stat("TCPKeepAlive") - probes)
    eq("... so it goes on", CLOSE_WAIT, Info(c).state)
    c.close()
    point(wait_until(lambda: states(port) == {TIME_WAIT}, 10), "its FIN: TIME-WAIT", states(port))
    s, c, port = pair()
    s.close()
    point(wait_until(lambda: states(port) == {FIN_WAIT2}, 10), "another one", states(port))
    c.send(b"too late")
    err_is("its data is answered by a reset", errno.EPIPE, poke, c)
    point(wait_until(lambda: not states(port)), "... which ends it", states(port))


def linger2():
    s, c, port = pair()
    s.setsockopt(SOL_TCP, socket.TCP_LINGER2, -1)
    s.shutdown(socket.SHUT_WR)
    point(wait_until(lambda: Info(s).state == FIN_WAIT2, 10), "FIN-WAIT-2, not closed yet")
    before = stat("TcpExtTCPAbortOnLinger")
    eq("the peer's end: nothing more comes", b"", c.recv(10))
    s.close()
    eq("TCP_LINGER2 -1: closed is reset", before + 1, stat("TcpExtTCPAbortOnLinger"))
    eq("... and gone", set(), states(port))
    err_is("... the peer learns of it", errno.EPIPE, poke, c)
    s, c, port = pair()
    s.setsockopt(SOL_TCP, socket.TCP_LINGER2, -1)
    s.close()
    point(wait_until(lambda: not states(port), 10), "closed at once: the same as soon as the FIN is there",
          states(port))


def poke(c):
    wait_until(lambda: Info(c).state == 7, 10)
    c.send(b"x", socket.MSG_NOSIGNAL)


def too_many():
    s, _, port = pair()
    with namespace(PEER):
        for rule in ("add table ip mute", "add chain ip mute in { type filter hook input priority 0; }",
                     "add rule ip mute in tcp dport 7100 drop"):
            subprocess.run(["nft", rule], check=True)
    s.send(b"nobody hears")
    s.close()
    eq("an orphan whose data nobody acknowledges", {FIN_WAIT1}, states(port))
    before = stat("TcpExtTCPAbortOnMemory")
    with open("/proc/sys/net/anp/tcp_max_orphans", "w", encoding="ascii") as f:
        f.write("0")
    point(wait_until(lambda: not states(port), 20), "no orphans any more: its next timeout is the last",
          states(port))
    eq("... counted", before + 1, stat("TcpExtTCPAbortOnMemory"))
    with namespace(PEER):
        subprocess.run(["nft", "delete table ip mute"], check=True)


for part in (crossing, small_object, linger2, too_many):
    with section(part.__name__):
        part()
done()
