# SPDX-License-Identifier: GPL-2.0
"""A relay that damages what it passes on: relay.py SERVER_PORT WHERE CLIENT...

WHERE is c2s:N or s2c:N, to turn over a bit of byte N of the pattern in that direction, or
s2c-cut:N, to end the stream there. PORT in the client's arguments becomes the relay's port.
"""
import socket
import subprocess
import sys
import threading

HEADER = 24  # struct pattern_header goes before the pattern, from client to server

server_port, where = int(sys.argv[1]), sys.argv[2]
what, offset = where.split(":")
offset = int(offset)


def pump(src, dst, name, skip):
    pos = -skip
    while True:
        data = bytearray(src.recv(65536))
        if not data:
            break
        if name == what and pos <= offset < pos + len(data):
            data[offset - pos] ^= 0x10
        if name + "-cut" == what and pos + len(data) > offset:
            dst.sendall(data[: offset - pos])
            break
        pos += len(data)
        try:
            dst.sendall(data)
        except OSError:
            return
    try:
        dst.shutdown(socket.SHUT_WR)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 0))
port = str(listener.getsockname()[1])
client = subprocess.Popen([port if a == "PORT" else a for a in sys.argv[3:]])
near = listener.accept()[0]
far = socket.create_connection(("127.0.0.1", server_port))
threads = [
    threading.Thread(target=pump, args=args, daemon=True)
    for args in ((near, far, "c2s", HEADER), (far, near, "s2c", 0))
]
for thread in threads:
    thread.start()
print("client exit", client.wait(), flush=True)
