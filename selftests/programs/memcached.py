#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A client of memcached's text protocol: ADDRESS values|pipeline|connections|datagrams."""
import os
import random
import socket
import struct
import sys

ADDR = (sys.argv[1], 11211)


class Client:
    """A connection."""

    def __init__(self):
        self.sock = socket.create_connection(ADDR, timeout=60)
        self.file = self.sock.makefile("rb")

    def line(self, want):
        """The next line has to begin so."""
        got = self.file.readline()
        assert got.startswith(want), got

    def set(self, key, value):
        """Store, and see it stored."""
        self.sock.sendall(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value))
        self.line(b"STORED")

    def get(self, key, value):
        """What is got has to be this."""
        self.sock.sendall(b"get %s\r\n" % key)
        self.answer(key, value)

    def answer(self, key, value):
        """The answer to a get."""
        self.line(b"VALUE %s 0 %d" % (key, len(value)))
        assert self.file.read(len(value) + 2) == value + b"\r\n"
        self.line(b"END")


def values():
    """Of many sizes."""
    client = Client()
    stored = {b"key%d" % n: os.urandom(random.choice((0, 1, 100, 5000, 100000, 1000000))) for n in range(40)}
    for key, value in stored.items():
        client.set(key, value)
    for key, value in stored.items():
        client.get(key, value)


def pipeline():
    """All is asked before the first answer is read."""
    client = Client()
    value = os.urandom(300)
    client.set(b"small", value)
    client.sock.sendall(b"get small\r\n" * 2000)
    for _ in range(2000):
        client.answer(b"small", value)


def connections():
    """Many, each with a value of its own, all open at once."""
    clients = [Client() for _ in range(50)]
    for n, client in enumerate(clients):
        client.set(b"c%d" % n, b"%d" % (n * n))
    for n, client in enumerate(clients):
        clients[-1 - n].get(b"c%d" % n, b"%d" % (n * n))
        assert client.sock.getpeername() == ADDR


def datagrams():
    """Each begins with a request number, its own number and how many there are."""
    value = os.urandom(20000)
    Client().set(b"udp", value)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
    sock.connect(ADDR)
    sock.settimeout(5)
    for number in range(10):
        sock.send(struct.pack("!HHHH", number, 0, 1, 0) + b"get udp\r\n")
        parts, total = {}, 1
        try:
            while len(parts) < total:
                data = sock.recv(2048)
                got, part, total, _ = struct.unpack("!HHHH", data[:8])
                if got == number:
                    parts[part] = data[8:]
        except TimeoutError:
            continue
        want = b"VALUE udp 0 %d\r\n%s\r\nEND\r\n" % (len(value), value)
        assert b"".join(parts[n] for n in range(total)) == want
        assert total > 10
        return
    raise AssertionError("no whole answer")


globals()[sys.argv[2]]()
