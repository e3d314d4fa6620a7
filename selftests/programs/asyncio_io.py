#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
An echo server of asyncio's, and its clients, which say of each whether it went well: serve|ask ADDRESS FOLDER
"""
import asyncio
import os
import socket
import ssl
import sys
import traceback

WHAT, ADDR, WORK = sys.argv[1:]
TCP, TLS, UDP = 7000, 7001, 7002


async def echo(reader, writer):
    """Until the peer has said all."""
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write_eof() if writer.can_write_eof() else None
    writer.close()


class EchoDatagrams(asyncio.DatagramProtocol):
    """One back for each."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def serve():
    """All three, the plain one last: it is what is waited for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(WORK + "/cert.pem", WORK + "/key.pem")
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(EchoDatagrams, (ADDR, UDP))
    await asyncio.start_server(echo, ADDR, TLS, ssl=context)
    server = await asyncio.start_server(echo, ADDR, TCP, backlog=200)
    await server.serve_forever()


async def talk(port, size, context=None, close=True):
    """What is sent while the answer is read comes back the same."""
    data = os.urandom(size)
    reader, writer = await asyncio.open_connection(ADDR, port, ssl=context)

    async def send():
        for at in range(0, size, 30000):
            writer.write(data[at:at + 30000])
            await writer.drain()
        if close:
            writer.write_eof()

    sending = asyncio.create_task(send())
    assert await reader.readexactly(size) == data
    await sending
    if close:
        assert await reader.read() == b""
    writer.close()


async def streams():
    """Many at once."""
    await asyncio.gather(*(talk(TCP, 20000 + n) for n in range(100)))


async def tls():
    """With the certificate checked."""
    context = ssl.create_default_context(cafile=WORK + "/cert.pem")
    await asyncio.gather(*(talk(TLS, 100000, context, False) for n in range(4)))


async def datagrams():
    """A hundred, each waited for, asked again if it is lost."""
    loop = asyncio.get_running_loop()
    answers = asyncio.Queue()

    class Client(asyncio.DatagramProtocol):
        """Hands on what comes."""

        def datagram_received(self, data, addr):
            answers.put_nowait((data, addr))

    transport, _ = await loop.create_datagram_endpoint(Client, remote_addr=(ADDR, UDP))
    async def answer(size):
        """Who asks twice is answered twice; each size is asked for once."""
        while True:
            data, addr = await answers.get()
            if len(data) == size:
                return data, addr

    for n in range(1, 100):
        data = os.urandom(n * 14)
        for _ in range(5):
            transport.sendto(data)
            try:
                assert await asyncio.wait_for(answer(len(data)), 5) == (data, (ADDR, UDP))
                break
            except TimeoutError:
                continue
        else:
            raise AssertionError("no answer")


async def sendfile():
    """A file to the echo server by the system call."""
    loop = asyncio.get_running_loop()
    sock = socket.create_connection((ADDR, TCP))
    sock.setblocking(False)
    with open(WORK + "/www/file", "rb") as file:
        want = file.read()
        file.seek(0)
        got = asyncio.create_task(receive(loop, sock, len(want)))
        assert await loop.sock_sendfile(sock, file, fallback=False) == len(want)
        assert await got == want


async def receive(loop, sock, size):
    """So many bytes."""
    got = b""
    while len(got) < size:
        data = await loop.sock_recv(sock, 1 << 20)
        assert data
        got += data
    return got


async def sockets():
    """A listener, an accept and a connect of the loop's own."""
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    sock.setblocking(False)
    await loop.sock_connect(sock, (ADDR, TCP))
    await loop.sock_sendall(sock, b"x" * 300000)
    assert await receive(loop, sock, 300000) == b"x" * 300000
    sock.shutdown(socket.SHUT_WR)
    assert await loop.sock_recv(sock, 1) == b""


async def ask():
    """In one process, since it is Python's start that takes its time."""
    for client in streams, tls, datagrams, sendfile, sockets:
        try:
            await asyncio.wait_for(client(), 80)
            print("ok", client.__name__, flush=True)
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc()


asyncio.run(globals()[WHAT]())
