# SPDX-License-Identifier: GPL-2.0
"""Datagram sockets of AF_ANP in Python, and points of a test program for the shell around it.

A socket answers in AF_INET addresses (ANP_ADDR_FAMILY), so that all of Python's socket module works.
"""

import contextlib
import errno
import os
import select
import socket
import sys
import time
import traceback

AF_ANP = 22
SOL_ANP = 322
ANP_ADDR_FAMILY = 1
ANP_REUSEPORT = 2

SOL_UDP = 17
UDP_CORK = 1
UDP_SEGMENT = 103
IP_PKTINFO = 8
IP_MTU_DISCOVER = 10
IP_RECVERR = 11
IP_RECVTTL = 12
IP_RECVTOS = 13
IP_MTU = 14
IP_RECVORIGDSTADDR = 20
SO_RCVBUFFORCE = 33
SO_RXQ_OVFL = 40
SO_PEEK_OFF = 42
SO_TIMESTAMP = 29
SO_ATTACH_FILTER = 26
SO_ATTACH_REUSEPORT_CBPF = 51
MSG_ERRQUEUE = 0x2000
MSG_ZEROCOPY = 0x4000000


def anp_socket(proto=0):
    raw = socket.socket(AF_ANP, socket.SOCK_DGRAM, proto)
    raw.setsockopt(SOL_ANP, ANP_ADDR_FAMILY, socket.AF_INET)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, proto, fileno=raw.detach())
    s.settimeout(5)
    return s


def anp_raw(proto):
    raw = socket.socket(AF_ANP, socket.SOCK_RAW, proto)
    raw.setsockopt(SOL_ANP, ANP_ADDR_FAMILY, socket.AF_INET)
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, proto, fileno=raw.detach())
    s.settimeout(5)
    return s


def inet_socket():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(5)
    return s


def udp(family="anp", addr=None, port=0, reuse=False):
    s = anp_socket() if family == "anp" else inet_socket()
    if reuse:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if addr is not None:
        s.bind((addr, port))
    return s


def pattern(n, seed=0):
    return bytes((i * 7 + (i >> 8) + seed) & 0xFF for i in range(n))


def echo_server(family, addr, port):
    """Sends back what comes; says when it is ready."""
    s = udp(family, addr, port, reuse=True)
    s.settimeout(None)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
    print("ready", flush=True)
    while True:
        data, peer = s.recvfrom(65536)
        s.sendto(data, peer)


# --- points -----------------------------------------------------------------


def point(good, desc, why=""):
    """A test point; the shell makes TAP of it."""
    for line in str(why).splitlines() if not good else ():
        print("#", line)
    print("ok" if good else "not ok", desc, flush=True)
    return good


def eq(name, wanted, got):
    return point(wanted == got, name, "wanted %.200r got %.200r" % (wanted, got))


def err_is(name, code, fn, *args):
    try:
        got = fn(*args)
        point(False, name, "no error but %.100r" % (got,))
    except OSError as e:
        point(e.errno == code, name, "wanted %s got %s" % (errno.errorcode[code], e))


@contextlib.contextmanager
def section(name):
    """An exception is a failed point, not the end."""
    try:
        yield
    except Exception:  # pylint: disable=broad-except
        point(False, name, traceback.format_exc())


def stat(name):
    with open("/proc/net/anp/stat", encoding="ascii") as f:
        for line in f:
            if line.split()[0] == name:
                return int(line.split()[1])
    raise KeyError(name)


# Slow kernels get more time for what has to happen.
PATIENCE = float(os.environ.get("TIMEOUT_FACTOR") or 1)


def wait_until(fn, seconds=10):
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        if fn():
            return True
        time.sleep(0.01)
    return fn()


@contextlib.contextmanager
def wall_clock(seconds):
    """So much later or earlier it is for the whole machine, and then what it would have been."""
    passed = time.clock_gettime(time.CLOCK_REALTIME) - time.monotonic()
    time.clock_settime(time.CLOCK_REALTIME, time.monotonic() + passed + seconds)
    try:
        yield
    finally:
        time.clock_settime(time.CLOCK_REALTIME, time.monotonic() + passed)


def readable(s, seconds=0.0):
    return bool(select.select([s], [], [], seconds)[0])


def cmsgs(anc):
    return {(level, kind): data for level, kind, data in anc}


def as_nobody(fn):
    """What @fn returns as an exit status, run in a child without privileges."""
    pid = os.fork()
    if not pid:
        status = 99
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            status = fn()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def done():
    print("done", flush=True)
    sys.exit(0)


if __name__ == "__main__":
    echo_server(sys.argv[1], sys.argv[2], int(sys.argv[3]))
