# SPDX-License-Identifier: GPL-2.0
"""Sends at a pacing rate, and says what the socket tells of it.

pacing.py sink PORT | bbr ADDRESS PORT BYTES RATE | options ADDRESS PORT | rate ADDRESS PORT BYTES RATE | inherit ADDRESS PORT
"""
import socket
import struct
import sys
import threading
import time

SO_MAX_PACING_RATE = 47
TCP_INFO_PACING = 104           # offsets in struct tcp_info, u64 each
TCP_INFO_MAX_PACING = 112
TCP_INFO_DELIVERY = 160
TCP_CC_INFO = 26
SEGMENTS = 12 * 1448            # those that go unpaced at first, and a burst


def get32(sock):
    return sock.getsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE)


def get64(sock):
    return struct.unpack("Q", sock.getsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 8))[0]


def set64(sock, rate):
    sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, struct.pack("Q", rate))


def info(sock, offset):
    data = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("Q", data, offset)[0]


def sink(port):
    lsn = socket.create_server(("0.0.0.0", port))
    while True:
        conn, _ = lsn.accept()
        while conn.recv(1 << 16):
            pass
        conn.close()


def options(addr, port):
    sock = socket.socket()
    print("default", hex(get64(sock)), get32(sock))
    sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 123456)
    print("u32", get64(sock), get32(sock), info(sock, TCP_INFO_MAX_PACING))
    set64(sock, 6 << 32)
    print("u64", get64(sock), get32(sock))
    sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, -1)
    print("unlimited", hex(get64(sock)), get32(sock), hex(info(sock, TCP_INFO_MAX_PACING)))
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, b"\0\0")
    except OSError as err:
        print("short", err.errno)
    set64(sock, 100000)
    sock.connect((addr, port))
    sock.send(b"x" * 10000)
    print("connected", info(sock, TCP_INFO_PACING), info(sock, TCP_INFO_MAX_PACING))
    set64(sock, 50000)
    print("lowered", info(sock, TCP_INFO_PACING), info(sock, TCP_INFO_MAX_PACING))
    sock.close()


def push(sock, size):
    """Sends @size bytes; seconds until the peer has read them all."""
    start = time.monotonic()
    sock.sendall(bytes(size))
    sock.shutdown(socket.SHUT_WR)
    while sock.recv(100):
        pass
    return time.monotonic() - start


def rate(addr, port, size, limit):
    sock = socket.socket()
    set64(sock, limit)
    sock.connect((addr, port))
    took = push(sock, size)
    due = (size - SEGMENTS) / limit
    told = info(sock, TCP_INFO_DELIVERY)
    print(f"{took:.3f} s, {due:.3f} were due; pacing {info(sock, TCP_INFO_PACING)}, delivery {told}")
    # Late timers make it slower on a slow machine, nothing makes it faster.
    if took < due * 0.97 or took > due * 4 + 5:
        sys.exit("not at the rate")
    if info(sock, TCP_INFO_PACING) > limit or info(sock, TCP_INFO_MAX_PACING) != limit:
        sys.exit("TCP_INFO does not tell the rate")
    if not limit / 6 < told < limit * 1.5:
        sys.exit("the delivery rate is not what was delivered")


def bbr(addr, port, size, link):
    """BBR finds the rate of the link, and does not fill its queue."""
    sock = socket.socket()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr")
    sock.connect((addr, port))
    sock.sendall(bytes(size))
    data = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    rtt = struct.unpack_from("I", data, 68)[0]
    low, high, min_rtt, pacing, cwnd = struct.unpack(
        "5I", sock.getsockopt(socket.IPPROTO_TCP, TCP_CC_INFO, 64))
    took = push(sock, 0)
    bandwidth = low | high << 32
    print(f"bandwidth {bandwidth}, min_rtt {min_rtt}, rtt {rtt}, gains {pacing}, {cwnd}, {took}")
    if not link / 4 < bandwidth < link * 1.4:
        sys.exit("not the rate of the link")
    if info(sock, TCP_INFO_PACING) > bandwidth * 3:
        sys.exit("it is not paced")
    if rtt > min_rtt + 200000:
        sys.exit("the queue is full")


def inherit(addr, port):
    lsn = socket.socket()
    set64(lsn, 300000)
    lsn.bind((addr, port))
    lsn.listen()
    client = socket.create_connection((addr, port))
    conn, _ = lsn.accept()
    print(get64(conn), hex(get64(client)))
    if get64(conn) != 300000 or get64(client) == 300000:
        sys.exit("not what the listener had")
    got = []
    reader = threading.Thread(target=lambda: got.append(drain(client)))
    reader.start()
    start = time.monotonic()
    conn.sendall(bytes(400000))
    conn.close()
    reader.join()
    took = time.monotonic() - start
    if got != [400000]:
        sys.exit(f"{got} bytes came")
    if took < 0.5 or took > 20:
        sys.exit(f"took {took:.3f} s")


def drain(sock):
    total = 0
    while True:
        data = sock.recv(1 << 16)
        if not data:
            sock.close()
            return total
        total += len(data)


def main():
    command, args = sys.argv[1], sys.argv[2:]
    numbers = [int(arg) if arg.isdigit() else arg for arg in args]
    {"sink": sink, "options": options, "rate": rate, "inherit": inherit, "bbr": bbr}[command](*numbers)


main()
