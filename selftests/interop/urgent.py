# SPDX-License-Identifier: GPL-2.0
"""Urgent data between two stacks: urgent.py serve|call ADDRESS PORT"""
import array
import fcntl
import select
import socket
import sys
import termios


def at_mark(s):
    n = array.array("i", [0])
    fcntl.ioctl(s, 0x8905, n)       # SIOCATMARK
    return n[0]


def talk(s, say):
    s.sendall(b"before")
    s.send(b"!" if say else b"?", socket.MSG_OOB)
    s.sendall(b"behind")


def hear(s, byte):
    select.select([], [], [s], 20)
    got = s.recv(1, socket.MSG_OOB)
    assert got == byte, got
    before = b""
    while not at_mark(s):
        before += s.recv(100)
    assert before == b"before", before
    behind = b""
    while len(behind) < 6:
        behind += s.recv(100)
    assert behind == b"behind", behind


def main():
    role, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if role == "serve":
        l = socket.create_server((address, port))
        print("listening", file=sys.stderr, flush=True)
        s, _ = l.accept()
        hear(s, b"!")
        talk(s, False)
    else:
        s = socket.create_connection((address, port), 10)
        s.settimeout(None)
        talk(s, True)
        hear(s, b"?")
    s.shutdown(socket.SHUT_WR)
    assert s.recv(1) == b""
    print("heard and said")


main()
