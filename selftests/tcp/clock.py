# SPDX-License-Identifier: GPL-2.0
"""The wall clock is set while connections are open; Linux is the peer, in the namespace PEER_NS."""

import os
import socket
import subprocess
import time

from dgram import done, eq, pattern, point, section, stat, wait_until, wall_clock
from stream import Info, listener, namespace, stream

PEER = os.environ["PEER_NS"]
SOL_TCP = socket.IPPROTO_TCP
YEAR = 365 * 86400
AHEAD, BACK = 10 * YEAR, -20 * YEAR
TIME_WAIT = "06"

with namespace(PEER):
    theirs = listener("inet", "10.0.0.1", 7200)
    theirs.setsockopt(SOL_TCP, socket.TCP_FASTOPEN, 5)
ours = listener("anp", "10.0.0.2", 7201)
ours.setsockopt(SOL_TCP, socket.TCP_FASTOPEN, 5)


def pair():
    s = stream("anp")
    s.connect(("10.0.0.1", 7200))
    return s, theirs.accept()[0]


def states(port):
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return {line.split()[3] for line in f.read().splitlines()[1:]
                if line.split()[1].endswith(f":{port:04X}")}


def both_ways(s, c, data):
    """Does all that each end sends come to the other?"""
    for a, b in ((s, c), (c, s)):
        a.sendall(data)
        got = b""
        while len(got) < len(data):
            got += b.recv(len(data))
        if got != data:
            return False
    return True


def moving():
    """Of a time that was in the TCP timestamps PAWS would take what comes after it for old (RFC 7323 5.3)."""
    s, c = pair()
    point(Info(s).options & 1, "a connection with timestamps")
    begin, good = time.monotonic(), 0
    for i, seconds in enumerate((AHEAD, BACK, 3600, -3600, AHEAD)):
        with wall_clock(seconds):
            good += both_ways(s, c, pattern(20000, i))
        good += both_ways(s, c, pattern(20000, i + 10))
    eq("data goes on, ten years ahead, ten back, and an hour", 10, good)
    point(Info(s).rto < 5000000, "... no round trip took years", Info(s).rto)
    print(f"# {time.monotonic() - begin:.2f} s")
    s.close()
    c.close()


def waiting():
    s, c = pair()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    s.setsockopt(SOL_TCP, socket.TCP_KEEPIDLE, 60)
    closed, peer = pair()
    port = closed.getsockname()[1]
    closed.close()
    peer.close()
    point(wait_until(lambda: states(port) == {TIME_WAIT}, 10), "a TIME-WAIT", states(port))
    before = stat("TcpExtTCPKeepAlive")
    with wall_clock(AHEAD):
        time.sleep(0.3)
        eq("ten years later it still waits", {TIME_WAIT}, states(port))
        eq("... and no keepalive was due", before, stat("TcpExtTCPKeepAlive"))
    with wall_clock(BACK):
        time.sleep(0.3)
        eq("twenty years earlier, too", {TIME_WAIT}, states(port))
    point(both_ways(s, c, b"still there"), "the connection is what it was")
    s.close()
    c.close()


def fast_open(family, addr, lsock, counter):
    """With a cookie from another time."""
    def ask():
        with namespace(PEER) if family == "inet" else namespace("/proc/self/ns/net"):
            s = stream(family)
        # Else the SYN that asks for a cookie is not waited for, and takes no data.
        s.setblocking(True)
        with s:
            s.sendto(b"early", socket.MSG_FASTOPEN, addr)
            with lsock.accept()[0] as c:
                return c.recv(100)
    ask()
    before = stat(counter)
    for seconds in (AHEAD, BACK):
        with wall_clock(seconds):
            eq(f"{family}: data on a SYN", b"early", ask())
    eq("... by the cookie from now", before + 2, stat(counter))


def syn_cookie():
    """Made at one time and judged at another: what it counts are minutes since the start."""
    with open("/proc/sys/net/anp/tcp_syncookies", "w", encoding="ascii") as f:
        f.write("2")
    with namespace(PEER):
        subprocess.run("tc qdisc replace dev eth0 root netem delay 500ms", shell=True, check=True)
        s = stream("inet")
    sent, failed = stat("TcpExtSyncookiesSent"), stat("TcpExtSyncookiesFailed")
    s.setblocking(False)
    s.connect_ex(("10.0.0.2", 7201))
    point(wait_until(lambda: stat("TcpExtSyncookiesSent") > sent, 10), "a SYN cookie")
    with wall_clock(AHEAD):
        c = ours.accept()[0]
        eq("... is good ten years later", failed, stat("TcpExtSyncookiesFailed"))
    c.close()
    s.close()
    with namespace(PEER):
        subprocess.run("tc qdisc del dev eth0 root", shell=True, check=True)
    # With a cookie for each SYN there would be no Fast Open.
    with open("/proc/sys/net/anp/tcp_syncookies", "w", encoding="ascii") as f:
        f.write("1")


for name, part in (("moving", moving), ("waiting", waiting), ("syn_cookie", syn_cookie),
                   ("fast_open", lambda: fast_open("anp", ("10.0.0.1", 7200), theirs, "TcpExtTCPFastOpenActive")),
                   ("fast_open", lambda: fast_open("inet", ("10.0.0.2", 7201), ours, "TcpExtTCPFastOpenPassive"))):
    with section(name):
        part()
done()
