# SPDX-License-Identifier: GPL-2.0
"""Connections to the host in PEER_NS, and what somebody there sends into them."""

import errno
import os
import select
import socket
import time

from scapy.layers.inet import IP, TCP

from dgram import done, eq, err_is, point, section, stat, wait_until
from stream import anp_stream, connected, listener, namespace

PEER = ("10.0.0.1", 9100)
IP_MINTTL = 21

with namespace(os.environ["PEER_NS"]):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind(("eth0", 0))
    lsock = listener("inet", *PEER)


def setting(name, value):
    with open("/proc/sys/net/anp/" + name, "w", encoding="ascii") as f:
        f.write(str(value))


def acked(port):
    """What ANP's connection from the port acknowledges, once it has acknowledged anything."""
    last = None
    while select.select([wire], [], [], 0.2 if last else 5)[0]:
        data, addr = wire.recvfrom(65536)
        if addr[2] == socket.PACKET_OUTGOING or data[12:14] != b"\x08\x00" or data[23] != 6:
            continue
        tcp = IP(data[14:])[TCP]
        if tcp.sport == port and "A" in tcp.flags:
            last = tcp.ack
    return last


def challenges():
    c = connected("anp", *PEER)
    s = lsock.accept()[0]
    port = c.getsockname()[1]
    s.sendall(b"x")
    nxt = acked(port)

    def rst(seq):
        raw.sendto(bytes(IP(src=PEER[0], dst="10.0.0.2") /
                         TCP(sport=PEER[1], dport=port, seq=seq, flags="R")), ("10.0.0.2", 0))

    # Half the limit and a random part of it: of one, nothing.
    setting("tcp_challenge_ack_limit", 1)
    before, dropped = stat("TcpExtTCPChallengeACK"), stat("AnpDropTcpReset")
    rst(nxt + 1)
    point(wait_until(lambda: stat("AnpDropTcpReset") == dropped + 1),
          "a RST in the window, but not at its edge, is dropped")
    eq("... with the limit used up, without an answer", before, stat("TcpExtTCPChallengeACK"))
    setting("tcp_challenge_ack_limit", 2**31 - 1)
    rst(nxt + 1)
    point(wait_until(lambda: stat("TcpExtTCPChallengeACK") == before + 1),
          "... without a limit, with a challenge ACK")
    s.sendall(b"y")
    eq("the connection lives", b"xy", both(c))
    rst(nxt + 1)  # rcv_nxt by now
    err_is("a RST at the edge is believed", errno.ECONNRESET, c.recv, 1)
    s.close()


def near():
    """RFC 5082: IP_MINTTL lets in only who is so near."""
    c = connected("anp", *PEER)
    s = lsock.accept()[0]
    c.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 255)
    before = stat("TcpExtTCPMinTTLDrop")
    s.sendall(b"x")
    point(wait_until(lambda: stat("TcpExtTCPMinTTLDrop") > before),
          "a segment with a smaller TTL than IP_MINTTL is dropped")
    s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
    eq("... and one with as much comes in", b"x", c.recv(1))
    c.close()
    s.close()


def both(c):
    data = b""
    while len(data) < 2:
        data += c.recv(2)
    return data


def reuse():
    def connect_from(port):
        c = anp_stream()
        c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        c.bind(("10.0.0.2", port))
        c.connect(PEER)
        return c, lsock.accept()[0]

    c, s = connect_from(40100)
    c.close()
    s.close()
    err_is("tcp_tw_reuse 2: no connection over a TIME-WAIT that a network has seen",
           errno.EADDRNOTAVAIL, connect_from, 40100)
    setting("tcp_tw_reuse", 1)
    before = stat("TcpExtTWRecycled")
    end = time.monotonic() + 20
    while True:
        try:
            c, s = connect_from(40100)
            break
        except OSError:
            # RFC 6191: not before the timestamps' clock has gone on.
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    eq("tcp_tw_reuse 1: a second later it may", before + 1, stat("TcpExtTWRecycled"))
    s.sendall(b"z")
    eq("... and works", b"z", c.recv(1))


for part in (challenges, near, reuse):
    with section(part.__name__):
        part()
done()
