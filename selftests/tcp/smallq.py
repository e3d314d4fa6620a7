# SPDX-License-Identifier: GPL-2.0
"""What a connection leaves in a slow device's queue.

smallq.py sink PORT | bulk ADDRESS PORT BYTES MOST | small ADDRESS PORT
"""
import json
import socket
import struct
import subprocess
import sys
import threading

TCP_INFO_RTT = 68           # offset in struct tcp_info


def sink(port):
    lsn = socket.create_server(("0.0.0.0", port))
    while True:
        conn, _ = lsn.accept()
        total = 0
        while data := conn.recv(1 << 16):
            total += len(data)
        conn.sendall(str(total).encode())
        conn.close()


def backlog():
    out = subprocess.run(["tc", "-s", "-j", "qdisc", "show", "dev", "eth0"], check=True,
                         capture_output=True).stdout
    return json.loads(out)[0]["backlog"]


def end(sock, size):
    sock.shutdown(socket.SHUT_WR)
    got = b""
    while data := sock.recv(100):
        got += data
    if int(got) != size:
        sys.exit(f"{got} bytes of {size} came")


def bulk(addr, port, size, most):
    """No more than @most bytes ever wait in the qdisc."""
    sock = socket.create_connection((addr, port))
    sender = threading.Thread(target=sock.sendall, args=(bytes(size),))
    sender.start()
    seen = []
    while sender.is_alive():
        seen.append(backlog())
    rtt = struct.unpack_from("I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104),
                             TCP_INFO_RTT)[0]
    end(sock, size)
    print(f"looked {len(seen)} times, {max(seen)} bytes at most; rtt {rtt} us")
    if len(seen) < 3 or not max(seen):
        sys.exit("nothing was to be seen")
    if max(seen) > most:
        sys.exit("too much waits")


def small(addr, port):
    """Small writes behind a large one, all at once."""
    sock = socket.create_connection((addr, port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.send(bytes(10000))
    for _ in range(100):
        sock.send(b"0123456789")
    end(sock, 11000)


def main():
    command, args = sys.argv[1], sys.argv[2:]
    numbers = [int(arg) if arg.isdigit() else arg for arg in args]
    {"sink": sink, "bulk": bulk, "small": small}[command](*numbers)


main()
