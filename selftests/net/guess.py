#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Calls for guess.sh: under anp run, so plain sockets are ANP's.  guess.py PEER"""

import socket
import sys

PEER = sys.argv[1]
IP_MTU_DISCOVER, DONT, DO = 10, 0, 2


def syn(port, source=0):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if source:
            s.bind(("0.0.0.0", source))
        s.settimeout(3)
        s.connect_ex((PEER, port))


def datagrams(port, pmtudisc, count):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, pmtudisc)
        for _ in range(count):
            s.sendto(b"x", (PEER, port))


for i in range(32):
    syn(1000 + i)
for _ in range(3):
    syn(2000, source=5555)
datagrams(3000, DONT, 32)
datagrams(3001, DO, 8)
