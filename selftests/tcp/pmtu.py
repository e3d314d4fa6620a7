# SPDX-License-Identifier: GPL-2.0
"""A connection over a path whose middle link has an MTU of 1400, to the host in PEER_NS."""

import os
import socket
import sys
import threading

from scapy.layers.inet import ICMP, IP, TCP

from dgram import IP_MTU, IP_MTU_DISCOVER, anp_socket, done, eq, pattern, point, stat, wait_until, wall_clock
from stream import Info, connected, listener, namespace

AMOUNT = 500000
MSS = 1400 - 20 - 20 - 12  # with timestamps


sinks = []  # which go on listening


class Sink(threading.Thread):
    """Takes one connection and all that comes."""

    def __init__(self, addr):
        super().__init__(daemon=True)
        with namespace(os.environ["PEER_NS"]):
            self.lsock = listener("inet", addr, 9000)
        self.lsock.settimeout(90)
        self.data = b""
        self.start()

    def run(self):
        conn = self.lsock.accept()[0]
        conn.settimeout(90)
        while part := conn.recv(1 << 20):
            self.data += part
        conn.close()


def transfer(addr):
    """Sends much there; the socket, still open, and what arrived."""
    sink = Sink(addr)
    sinks.append(sink)
    c = connected("anp", addr, 9000)
    c.settimeout(90)
    c.sendall(pattern(AMOUNT))
    c.shutdown(socket.SHUT_WR)
    sink.join(90)
    return c, sink.data


def told():
    before = stat("AnpPmtuUpdates")
    c, data = transfer("10.0.2.2")
    point(data == pattern(AMOUNT), "all arrives over a path that says what it takes", len(data))
    eq("... one message was enough", before + 1, stat("AnpPmtuUpdates"))
    with connected("anp", "10.0.2.2", 9000) as c2:
        eq("IP_MTU knows", 1400, c2.getsockopt(socket.IPPROTO_IP, IP_MTU))
        with wall_clock(10 * 365 * 86400), connected("anp", "10.0.2.2", 9000) as c3:
            eq("... ten years later by the wall clock, too", 1400, c3.getsockopt(socket.IPPROTO_IP, IP_MTU))
        eq("a new connection begins with it", MSS, Info(c2).snd_mss)
        forged(c2)
    c.close()


def expires():
    """RFC 1191 6.3: what was learnt is tried anew after a while."""
    with open("/proc/sys/net/anp/mtu_expires", "w", encoding="ascii") as f:
        f.write("2")
    with anp_socket() as s:
        s.connect(("10.0.2.6", 9))
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, 2)
        s.send(bytes(1450))
        point(wait_until(lambda: s.getsockopt(socket.IPPROTO_IP, IP_MTU) == 1400, 10),
              "a datagram finds the path's MTU", s.getsockopt(socket.IPPROTO_IP, IP_MTU))
        point(wait_until(lambda: s.getsockopt(socket.IPPROTO_IP, IP_MTU) == 1500, 10),
              "... and after mtu_expires it is forgotten", s.getsockopt(socket.IPPROTO_IP, IP_MTU))
    with open("/proc/sys/net/anp/mtu_expires", "w", encoding="ascii") as f:
        f.write("600")


def forged(c):
    """RFC 5927 7: a message about what is not in flight is not believed."""
    with namespace(os.environ["ROUTER_NS"]):
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    updates, msgs = stat("AnpPmtuUpdates"), stat("IcmpInDestUnreachs")
    for i in range(8):
        quote = (IP(src="10.0.1.2", dst="10.0.2.2", flags="DF", len=1400) /
                 TCP(sport=c.getsockname()[1], dport=9000, seq=i << 29, flags="A"))
        raw.sendto(bytes(IP(src="10.0.1.1", dst="10.0.1.2") /
                         ICMP(type=3, code=4, nexthopmtu=600) / quote), ("10.0.1.2", 0))
    point(wait_until(lambda: stat("IcmpInDestUnreachs") == msgs + 8), "8 forged messages came")
    eq("... and were not believed", updates, stat("AnpPmtuUpdates"))
    eq("... nor by the connection", MSS, Info(c).snd_mss)


def metrics():
    with namespace(os.environ["PEER_NS"]):
        lsock = listener("inet", "10.0.2.4", 9001)
        lsock5 = listener("inet", "10.0.2.5", 9001)
    with connected("anp", "10.0.2.4", 9001) as c, lsock.accept()[0] as s:
        eq("advmss of a route is what the peer is told", 700 - 12, Info(s).snd_mss)
        eq("... and TCP_INFO says, less the timestamps as Linux does", 700 - 12, Info(c).advmss)
        point(Info(c).snd_mss > 700, "... and what we send is as large as ever", Info(c).snd_mss)
    with connected("anp", "10.0.2.5", 9001) as c, lsock5.accept()[0] as s:
        eq("mtu of a route is kept to", 1000 - 52, Info(c).snd_mss)
        eq("... by the peer too", 1000 - 52, Info(s).snd_mss)


def silent():
    updates, found = stat("AnpPmtuUpdates"), stat("TcpExtTCPMTUPSuccess")
    c, data = transfer("10.0.2.3")
    point(data == pattern(AMOUNT), "all arrives over a path that swallows", len(data))
    eq("... nobody told", updates, stat("AnpPmtuUpdates"))
    point(stat("TcpExtTCPMTUPSuccess") > found, "probes found out",
          stat("TcpExtTCPMTUPSuccess") - found)
    mss = Info(c).snd_mss
    point(1024 - 12 < mss <= MSS, "more than it began with, and no more than passes", mss)
    c.close()


{"told": told, "expires": expires, "metrics": metrics, "silent": silent}[sys.argv[1]]()
done()
