# SPDX-License-Identifier: GPL-2.0
"""What the files of /proc/sys/net/anp do to sockets; the peer is sysctl_peer.py."""

import contextlib
import errno
import socket
import struct
import time

from dgram import anp_socket, done, eq, err_is, point, section, stat, wait_until
from stream import OPT_SACK, OPT_TIMESTAMPS, OPT_WSCALE, Info, anp_stream, connected, listener

DIR = "/proc/sys/net/anp/"
PEER = ("10.0.0.1", 7000)
TCP = socket.IPPROTO_TCP
MAX = 2**31 - 1

# name: default, smallest, largest
INTS = {
    "mtu_expires": (600, 1, 86400),
    "icmp_msgs_per_sec": (1000, 0, MAX),
    "icmp_msgs_burst": (50, 0, MAX),
    "tcp_sack": (1, 0, 1),
    "tcp_timestamps": (1, 0, 2),
    "tcp_window_scaling": (1, 0, 1),
    "tcp_ecn": (2, 0, 2),
    "tcp_syn_retries": (6, 1, 127),
    "tcp_synack_retries": (5, 0, 255),
    "tcp_retries1": (3, 0, 255),
    "tcp_retries2": (15, 0, 255),
    "tcp_orphan_retries": (0, 0, 255),
    "tcp_rto_max_ms": (120000, 1000, 120000),
    "tcp_fin_timeout": (60, 0, 120),
    "tcp_keepalive_time": (7200, 1, 32767),
    "tcp_keepalive_intvl": (75, 1, 32767),
    "tcp_keepalive_probes": (9, 1, 127),
    "tcp_slow_start_after_idle": (1, 0, 2),
    "tcp_mtu_probing": (0, 0, 2),
    "tcp_base_mss": (1024, 48, 65495),
    "tcp_mtu_probe_floor": (48, 48, 65495),
    "tcp_probe_threshold": (8, 1, 65495),
    "tcp_probe_interval": (600, 1, 1000000),
    "tcp_limit_output_bytes": (1 << 20, 0, MAX),
    "tcp_autocorking": (1, 0, 1),
    "tcp_challenge_ack_limit": (MAX, 1, MAX),
    "tcp_invalid_ratelimit": (500, 0, MAX),
    "tcp_tw_reuse": (2, 0, 2),
    "tcp_syncookies": (1, 0, 2),
    "tcp_max_syn_backlog": (1024, 0, MAX),
    "tcp_abort_on_overflow": (0, 0, 1),
    "tcp_fastopen": (1, 0, MAX),
    "tcp_fastopen_blackhole_timeout_sec": (0, 0, MAX),
    "tcp_max_orphans": (16384, 0, MAX),
    "tcp_max_tw_buckets": (16384, 0, MAX),
}


def get(name):
    with open(DIR + name, encoding="ascii") as f:
        return " ".join(f.read().split())


def put(name, value):
    with open(DIR + name, "w", encoding="ascii") as f:
        f.write(str(value))


@contextlib.contextmanager
def setting(name, value):
    before = get(name)
    put(name, value)
    try:
        yield
    finally:
        put(name, before)


def congestion_control():
    eq("the default", "cubic", get("tcp_congestion_control"))
    with setting("tcp_congestion_control", "reno"):
        sock = anp_stream()
        eq("what new sockets begin with", b"reno",
           sock.getsockopt(TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0"))
        sock.close()
    err_is("one that there is not", errno.ENOENT, put, "tcp_congestion_control", "nonsense")
    eq("... leaves it", "cubic", get("tcp_congestion_control"))
    eq("the controls that there are", {"reno", "cubic", "dctcp", "bbr"},
       set(get("tcp_available_congestion_control").split()) - {"aimd"})
    eq("those that any program may have", {"reno", "cubic", "bbr"},
       set(get("tcp_allowed_congestion_control").split()) - {"aimd"})


def limits():
    for name, (default, low, high) in INTS.items():
        good = get(name) == str(default)
        for value in (low, high):
            put(name, value)
            good &= get(name) == str(value)
        for value in (low - 1, high + 1):
            try:
                put(name, value)
                good = False
            except OSError as e:
                good &= e.errno == errno.EINVAL
        put(name, default)
        point(good, f"{name}: {default}, from {low} to {high}", get(name))
    eq("tcp_rmem", "4096 131072 6291456", get("tcp_rmem"))
    eq("tcp_wmem", "4096 16384 4194304", get("tcp_wmem"))
    eq("ip_local_port_range", "32768 60999", get("ip_local_port_range"))
    for bad in ("50000 40000", "1000 2000", "40000 65536"):
        err_is(f"no port range {bad}", errno.EINVAL, put, "ip_local_port_range", bad)
    eq("... it is what it was", "32768 60999", get("ip_local_port_range"))


def syn_options():
    lsock = listener("anp", "10.0.0.2", 7002)
    ask = anp_socket()
    for name, bit in (("tcp_sack", OPT_SACK), ("tcp_timestamps", OPT_TIMESTAMPS),
                      ("tcp_window_scaling", OPT_WSCALE)):
        with connected("anp", *PEER) as s:
            point(Info(s).options & bit, f"{name} is offered")
        with setting(name, 0):
            with connected("anp", *PEER) as s:
                point(not Info(s).options & bit, f"{name} 0: not offered")
            ask.sendto(b"?", ("10.0.0.1", 7001))
            with lsock.accept()[0] as s:
                point(not Info(s).options & bit, "... nor taken from a host that offers it")
                point(Info(s).options, "... the others are")


def clock():
    # The peer's packet socket would see it on the wire; the echo in its answer is ours to read.
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind(("anp0", 0))
    wire.settimeout(5)

    def off():
        with connected("anp", *PEER) as s:
            port = s.getsockname()[1]
        while True:
            frame = wire.recv(2048)
            if frame[23] == 6 and struct.unpack_from("!H", frame, 34)[0] == port:
                break
        # Ethernet 14, IPv4 20, TCP 20, MSS 4, SACK permitted 2, kind and length 2
        tsval, = struct.unpack_from("!I", frame, 62)
        return (tsval - int(time.monotonic() * 1000)) & 0xffffffff

    with setting("tcp_timestamps", 2):
        got = off()
        point(min(got, 2**32 - got) < 600000, "tcp_timestamps 2: the clock has no offset", got)
    got = off()
    point(min(got, 2**32 - got) > 600000, "tcp_timestamps 1: it has a secret one", got)


def tries():
    s = anp_stream()
    with setting("tcp_syn_retries", 1):
        eq("tcp_syn_retries is what TCP_SYNCNT says", 1, s.getsockopt(TCP, socket.TCP_SYNCNT))
        s.settimeout(30)
        begin = time.monotonic()
        err_is("one SYN more, and no third", errno.ETIMEDOUT, s.connect, ("10.0.0.77", 1))
        point(time.monotonic() - begin > 2.9, "... after 1 and 2 seconds",
              time.monotonic() - begin)


def keepalive():
    with anp_stream() as s:
        for name, opt, value in (("tcp_keepalive_time", socket.TCP_KEEPIDLE, 100),
                                 ("tcp_keepalive_intvl", socket.TCP_KEEPINTVL, 20),
                                 ("tcp_keepalive_probes", socket.TCP_KEEPCNT, 7)):
            default = s.getsockopt(TCP, opt)
            with setting(name, value):
                eq(f"{name} holds for a socket that is open", value, s.getsockopt(TCP, opt))
                s.setsockopt(TCP, opt, 5)
                eq("... but not against its own option", 5, s.getsockopt(TCP, opt))
            point(default == INTS[name][0], "... the default is the file's", default)
    # The peer's host answers probes, so probes that have to be are counted.
    with setting("tcp_keepalive_time", 1), connected("anp", *PEER) as s:
        before = stat("TcpExtTCPKeepAlive")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        point(wait_until(lambda: stat("TcpExtTCPKeepAlive") > before, 20),
              "tcp_keepalive_time 1: a probe goes out")


def states(port):
    """Of the connections from a port of ours."""
    with open("/proc/net/anp/tcp", encoding="ascii") as f:
        return {line.split()[3] for line in f.read().splitlines()[1:]
                if line.split()[1].endswith(f":{port:04X}")}


def closing():
    with setting("tcp_fin_timeout", 1):
        s = connected("anp", *PEER)
        eq("tcp_fin_timeout is what TCP_LINGER2 says", 1, s.getsockopt(TCP, socket.TCP_LINGER2))
        port = s.getsockname()[1]
        s.close()
        point(wait_until(lambda: not states(port), 20), "an orphan's FIN-WAIT-2 is over then")
    with setting("tcp_max_orphans", 0):
        s = connected("anp", *PEER)
        before = stat("TcpExtTCPAbortOnMemory")
        s.close()
        eq("tcp_max_orphans 0: no orphan, but a reset", before + 1, stat("TcpExtTCPAbortOnMemory"))
    with setting("tcp_max_tw_buckets", 0):
        before = stat("TcpExtTCPTimeWaitOverflow")
        lsock = listener("anp", "127.0.0.1", 7003)
        s = connected("anp", "127.0.0.1", 7003)
        child = lsock.accept()[0]
        s.close()
        child.close()
        point(wait_until(lambda: stat("TcpExtTCPTimeWaitOverflow") == before + 1),
              "tcp_max_tw_buckets 0: no TIME-WAIT")


def buffers():
    with setting("tcp_rmem", "4096 70000 80000"), setting("tcp_wmem", "4096 20000 30000"):
        with anp_stream() as s:
            eq("tcp_rmem: what SO_RCVBUF begins with", 70000,
               s.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
            eq("tcp_wmem: what SO_SNDBUF begins with", 20000,
               s.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
            s.connect(PEER)
            eq("the largest receive buffer chooses the window scale", 1, Info(s).rcv_wscale)
            eq("the send buffer grows to the largest and no more", 30000,
               s.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))


def ports():
    with setting("ip_local_port_range", "40001 40003"):
        bound = [anp_stream() for _ in range(4)]
        for s in bound[:3]:
            s.bind(("10.0.0.2", 0))
        eq("bind() takes each port of the range", {40001, 40002, 40003},
           {s.getsockname()[1] for s in bound[:3]})
        err_is("... and no other", errno.EADDRINUSE, bound[3].bind, ("10.0.0.2", 0))
        for s in bound:
            s.close()
        conns = [connected("anp", *PEER) for _ in range(3)]
        eq("connect() takes each port of the range", {40001, 40002, 40003},
           {s.getsockname()[1] for s in conns})
        err_is("... and no other", errno.EADDRNOTAVAIL, connected, "anp", *PEER)
        with anp_socket() as s:
            s.bind(("10.0.0.2", 0))
            point(40001 <= s.getsockname()[1] <= 40003, "so does a datagram socket",
                  s.getsockname())


for part in (limits, congestion_control, syn_options, clock, tries, keepalive, closing, buffers, ports):
    with section(part.__name__):
        part()
done()
