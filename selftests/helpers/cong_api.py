#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""TCP_CONGESTION and TCP_CC_INFO, right and wrong: prints a line a case, alike on every stack.

usage: cong_api.py ADDRESS, of this namespace; on ANP under `anp run`.
"""

import ctypes
import errno
import os
import socket
import sys

TCP_CC_INFO = 26
libc = ctypes.CDLL(None, use_errno=True)


def get(sock, size=16, opt=socket.TCP_CONGESTION):
    try:
        answer = sock.getsockopt(socket.IPPROTO_TCP, opt, size)
    except OSError as e:
        return errno.errorcode[e.errno]
    return answer.split(b"\0")[0].decode() + f" in {len(answer)}"


def choose(sock, name):
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name)
    except OSError as e:
        return errno.errorcode[e.errno]
    return "ok"


def raw(sock, optval, optlen):
    """setsockopt(2) with what Python would not pass."""
    if libc.setsockopt(sock.fileno(), socket.IPPROTO_TCP, socket.TCP_CONGESTION, optval, optlen):
        return errno.errorcode[ctypes.get_errno()]
    return "ok"


def raw_get(sock, optlen):
    size = ctypes.c_int(optlen)
    buf = ctypes.create_string_buffer(32)
    if libc.getsockopt(sock.fileno(), socket.IPPROTO_TCP, socket.TCP_CONGESTION, buf,
                       ctypes.byref(size)):
        return errno.errorcode[ctypes.get_errno()]
    return f"{buf.raw[:size.value]} {size.value}"


def say(what, *answers):
    print(f"{what}:", *answers, flush=True)


def one_socket():
    s = socket.socket()
    say("what a socket begins with", get(s))
    say("set cubic", choose(s, b"cubic"), get(s))
    say("set reno", choose(s, b"reno"), get(s))
    say("set what it has", choose(s, b"reno"), get(s))
    say("set what there is not", choose(s, b"nonsense"), get(s))
    say("set nothing", raw(s, b"reno", 0), get(s))
    say("set an empty name", choose(s, b"\0"), get(s))
    say("set too short a name", raw(s, b"reno", 3), get(s))
    say("set a name cut by optlen", raw(s, b"renovated", 4), get(s))
    say("set a long name", choose(s, b"r" * 40), get(s))
    say("set with a negative length", raw(s, b"reno", -1))
    say("set from nowhere", raw(s, None, 4))
    for size in (0, 1, 4, 15, 16, 17, 32, -1):
        say(f"get into {size} bytes", raw_get(s, size))
    say("numbers of reno", get(s, 64, TCP_CC_INFO))
    s.close()


def connections(address):
    for when in ("before listen", "before connect", "after accept"):
        server = socket.socket()
        client = socket.socket()
        server.bind((address, 0))
        if when == "before listen":
            choose(server, b"reno")
        server.listen()
        if when == "before connect":
            choose(client, b"reno")
        client.connect(server.getsockname())
        child = server.accept()[0]
        if when == "after accept":
            say("set reno when connected", choose(child, b"reno"))
        say(f"set {when}: listener, client, child", get(server), get(client), get(child))
        child.sendall(b"x" * 100000)
        got = 0
        while got < 100000:
            got += len(client.recv(65536))
        say("... and data passes", got)
        for s in (child, client, server):
            s.close()


def restricted(name):
    """Without CAP_NET_ADMIN only what is allowed can be had."""
    s = socket.socket()
    say(f"root sets {name.decode()}", choose(s, name), get(s))
    pid = os.fork()
    if not pid:
        os.setuid(65534)
        t = socket.socket()
        say("nobody sets reno", choose(t, b"reno"), get(t))
        say(f"nobody sets {name.decode()}", choose(t, name), get(t))
        say(f"nobody sets {name.decode()} where it is", choose(s, name), get(s))
        say("nobody sets what there is not", choose(t, b"nonsense"), get(t))
        os._exit(0)
    os.waitpid(pid, 0)


def main():
    one_socket()
    connections(sys.argv[1])
    for name in sys.argv[2:]:
        restricted(name.encode())


main()
