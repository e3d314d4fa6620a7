# SPDX-License-Identifier: GPL-2.0
"""Stream sockets of AF_ANP and of the host's TCP in Python; points come from dgram.py."""

import contextlib
import ctypes
import os
import socket
import struct

from dgram import AF_ANP, ANP_ADDR_FAMILY, SOL_ANP

OPT_TIMESTAMPS = 1
OPT_SACK = 2
OPT_WSCALE = 4


def anp_stream():
    raw = socket.socket(AF_ANP, socket.SOCK_STREAM, 0)
    raw.setsockopt(SOL_ANP, ANP_ADDR_FAMILY, socket.AF_INET)
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=raw.detach())
    s.settimeout(10)
    return s


def stream(family):
    if family == "anp":
        return anp_stream()
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(10)
    return s


def listener(family, addr, port, backlog=5):
    s = stream(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((addr, port))
    s.listen(backlog)
    return s


def connected(family, addr, port):
    s = stream(family)
    s.connect((addr, port))
    return s


@contextlib.contextmanager
def namespace(path):
    """Sockets made inside are of the network namespace at path."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net", "rb") as home, open(path, "rb") as there:
        if libc.setns(there.fileno(), 0):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            yield
        finally:
            if libc.setns(home.fileno(), 0):
                os._exit(99)


class Info:
    """What TCP_INFO says."""

    def __init__(self, s):
        raw = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
        (self.state, self.ca_state, self.retransmits, self.probes, self.backoff, self.options,
         scales) = raw[:7]
        self.snd_wscale, self.rcv_wscale = scales & 15, scales >> 4
        self.rto, self.ato, self.snd_mss, self.rcv_mss, self.unacked, self.sacked = \
            struct.unpack_from("6I", raw, 8)
        self.pmtu, = struct.unpack_from("I", raw, 60)
        self.advmss, = struct.unpack_from("I", raw, 84)
        self.total_retrans, = struct.unpack_from("I", raw, 100)
