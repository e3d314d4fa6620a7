#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A program that writes in small pieces without Nagle, and one that checks what comes.

small_writes.py serve PORT | send ADDRESS PORT PIECES SIZE
"""
import hashlib
import socket
import sys


def pattern(n):
    return hashlib.sha256(str(n).encode()).digest()


def serve(port):
    lsn = socket.socket()
    lsn.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    lsn.bind(("0.0.0.0", port))
    lsn.listen()
    print("ready", flush=True)
    conn, _ = lsn.accept()
    got = hashlib.sha256()
    while True:
        data = conn.recv(65536)
        if not data:
            break
        got.update(data)
    conn.sendall(got.hexdigest().encode())
    conn.close()


def send(addr, port, pieces, size):
    conn = socket.create_connection((addr, port))
    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sent = hashlib.sha256()
    for i in range(pieces):
        data = pattern(i)[:size]
        conn.sendall(data)
        sent.update(data)
    conn.shutdown(socket.SHUT_WR)
    answer = b""
    while True:
        data = conn.recv(100)
        if not data:
            break
        answer += data
    if answer.decode() != sent.hexdigest():
        sys.exit("the server received something else")


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]))
else:
    send(sys.argv[2], *map(int, sys.argv[3:6]))
