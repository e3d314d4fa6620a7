# SPDX-License-Identifier: GPL-2.0
"""MSG_ZEROCOPY on ANP's streams; as `sink` and `source` the two ends of an ordinary program."""

import errno
import hashlib
import mmap
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading

from dgram import (MSG_ERRQUEUE, SOL_ANP, SOL_UDP, UDP_SEGMENT, anp_socket, done, eq, err_is, point, section,
                   stat, wait_until)
from stream import anp_stream, connected, listener, namespace, stream

ANP_ZEROCOPY = 3
SO_ZEROCOPY = 60
MSG_ZEROCOPY = 0x4000000
SO_EE_ORIGIN_ZEROCOPY = 5
CHUNK = 60000
DATA = os.urandom(60000)
PAGE = mmap.mmap(-1, mmap.PAGESIZE)
PAGE[:2000] = DATA[:2000]


def notices(s, codes=None):
    """The sends that the error queue tells of, as (first, last), and whether all is as it should be;
    @codes: a list to which is added how each went."""
    got, good, patience = [], True, s.gettimeout()
    while True:
        try:
            # Else Python itself waits where the kernel does not.
            s.settimeout(0)
            _, anc, flags, _ = s.recvmsg(1, 200, MSG_ERRQUEUE)
        except BlockingIOError:
            return got, good
        finally:
            s.settimeout(patience)
        level, kind, data = anc[0]
        err, origin, _, code, _, first, last = struct.unpack_from("IBBBBII", data)
        if codes is not None:
            codes += [code] * (last - first + 1)
        good &= bool(flags & MSG_ERRQUEUE) and (level, kind) == (socket.SOL_IP, 11)
        good &= err == 0 and origin == SO_EE_ORIGIN_ZEROCOPY
        got.append((first, last))


def send_all(s, data):
    """Sends data without copies; how many sends, and the notices meanwhile."""
    view, sends, got, good = memoryview(data), 0, [], True
    while view:
        try:
            view = view[s.send(view[:CHUNK], MSG_ZEROCOPY):]
            sends += 1
        except OSError as e:
            # More notices than may wait unread.
            if e.errno != errno.ENOBUFS:
                raise
            select.select([], [], [s], 1)
        more, fine = notices(s)
        got += more
        good &= fine
    return sends, got, good


def wait_notices(s, sends, got):
    """Until all sends are told of."""
    good = True
    poll = select.poll()
    poll.register(s, 0)
    while sum(last - first + 1 for first, last in got) < sends:
        events = poll.poll(20000)
        if not events or not events[0][1] & select.POLLERR:
            return False
        more, fine = notices(s)
        got += more
        good &= fine
    return good


def receive(s, into):
    data = s.recv(1 << 16)
    while data:
        into.update(data)
        data = s.recv(1 << 16)


def exchange(name, tx, rx, data):
    """Sends data from tx, checks what rx receives and what tx is told."""
    digest = hashlib.sha256()
    tx.settimeout(60)
    rx.settimeout(60)
    reader = threading.Thread(target=receive, args=(rx, digest))
    reader.start()
    sends, got, good = send_all(tx, data)
    good &= wait_notices(tx, sends, got)
    tx.shutdown(socket.SHUT_WR)
    reader.join()
    eq(name + ": what was sent arrived", hashlib.sha256(data).hexdigest(), digest.hexdigest())
    point(good, name + ": the notices are as Linux' and poll() tells of them", got)
    told = sorted(n for first, last in got for n in range(first, last + 1))
    eq(name + ": each send is told of once", list(range(sends)), told)
    tx.close()
    rx.close()


def peer_listener(port):
    with namespace(os.environ["PEER_NS"]):
        return listener("inet", "10.0.0.1", port)


def to_linux(size):
    lsock = peer_listener(8100)
    tx = connected("anp", "10.0.0.1", 8100)
    tx.setsockopt(SOL_ANP, ANP_ZEROCOPY, 1)
    exchange("%d bytes" % size, tx, lsock.accept()[0], os.urandom(size))


def to_itself():
    lsock = listener("anp", "10.0.0.2", 8101)
    lsock.setsockopt(SOL_ANP, ANP_ZEROCOPY, 1)
    rx = connected("anp", "10.0.0.2", 8101)
    tx = lsock.accept()[0]
    eq("accepted sockets inherit it", 1, tx.getsockopt(SOL_ANP, ANP_ZEROCOPY))
    exchange("on the same machine", tx, rx, os.urandom(500000))


def option():
    s = anp_stream()
    eq("it is off at first", 0, s.getsockopt(SOL_ANP, ANP_ZEROCOPY))
    err_is("2 is no value", errno.EINVAL, s.setsockopt, SOL_ANP, ANP_ZEROCOPY, 2)
    err_is("ping sockets have none", errno.ENOPROTOOPT,
           anp_socket(proto=socket.IPPROTO_ICMP).setsockopt, SOL_ANP, ANP_ZEROCOPY, 1)
    eq("no notice, no error", ([], True), notices(s))
    lsock = peer_listener(8102)
    s.connect(("10.0.0.1", 8102))
    s.send(b"x" * 1000, MSG_ZEROCOPY)
    rx = lsock.accept()[0]
    eq("where it is off, MSG_ZEROCOPY sends", b"x" * 1000, rx.recv(1000, socket.MSG_WAITALL))
    eq("... and says nothing", ([], True), notices(s))
    s.setsockopt(SOL_ANP, ANP_ZEROCOPY, 1)
    s.send(b"y" * 100)
    s.send(b"z" * 100, MSG_ZEROCOPY)
    eq("copied and pinned bytes follow on one another", b"y" * 100 + b"z" * 100,
       rx.recv(200, socket.MSG_WAITALL))
    notices(s)
    parked = stat("AnpTcpParked")
    point(wait_until(lambda: stat("AnpTcpParked") > parked, 20), "the connection comes to rest")
    s.send(b"r" * 100, MSG_ZEROCOPY)
    eq("... and is woken by such a send", b"r" * 100, rx.recv(100, socket.MSG_WAITALL))
    # Closed with sends under way: nobody is told, nothing is lost.
    big = os.urandom(200000)
    s.settimeout(30)
    sent = s.send(big, MSG_ZEROCOPY)
    s.close()
    digest = hashlib.sha256()
    receive(rx, digest)
    eq("close() with pages in flight", hashlib.sha256(big[:sent]).hexdigest(), digest.hexdigest())


def copied(name, wanted, send, tx, rx, data):
    """What send() sends arrives, and @wanted bytes of it were copied to be sent."""
    before, got = stat("AnpTcpCopiedBytes"), bytearray()

    def read():
        while len(got) < len(data):
            got.extend(rx.recv(1 << 16))
    reader = threading.Thread(target=read)
    reader.start()
    send()
    reader.join()
    tell = stat("AnpTcpCopiedBytes") - before
    eq(name + ": arrives", hashlib.sha256(data).digest(), hashlib.sha256(got).digest())
    eq(name + ": bytes that were copied", wanted, tell)
    # The pages of a send that was not copied are free once it is acknowledged.
    while notices(tx)[0]:
        pass


def copies():
    lsock = peer_listener(8103)
    tx = connected("anp", "10.0.0.1", 8103)
    tx.setsockopt(SOL_ANP, ANP_ZEROCOPY, 1)
    rx = lsock.accept()[0]
    rx.settimeout(30)
    tx.settimeout(30)
    data = os.urandom(300000)
    parts = [data[100 * i:100 * i + 100] for i in range(17)]
    copied("sendmsg() of 17 pieces", 1700, lambda: tx.sendmsg(parts), tx, rx, data[:1700])
    copied("MSG_ZEROCOPY", 0, lambda: send_all(tx, data), tx, rx, data)
    with tempfile.TemporaryFile() as f:
        f.write(data)
        f.flush()

        def sendfile():
            at = 0
            while at < len(data):
                at += os.sendfile(tx.fileno(), f.fileno(), at, len(data) - at)

        def splice():
            end, begin = os.pipe()
            at = 0
            while at < len(data):
                n = os.splice(f.fileno(), begin, 60001, offset_src=at)
                at += n
                while n:
                    n -= os.splice(end, tx.fileno(), n)
            os.close(end)
            os.close(begin)
        tx.setblocking(True)
        copied("sendfile()", 0, sendfile, tx, rx, data)
        copied("splice()", 0, splice, tx, rx, data)
    tx.close()
    rx.close()


def pieces(n):
    """Of one page, none beside another: each is a frag of its own, and no more than one."""
    return [memoryview(PAGE)[100 * i:100 * i + 80] for i in range(n)]


def datagram(name, to, rx, data, copy, send):
    """
    What send() sends arrives at Linux, which takes a copy; to a device that takes nothing, the notice says whether
    it was one that went.
    """
    for s in to:
        codes = []
        send(s)
        if s is to[0]:
            got = b"".join(rx.recv(1 << 16) for _ in range(len(data)))
            eq(name + ": arrives", b"".join(data), got)
        wait_until(lambda s=s, codes=codes: notices(s, codes) and codes, 20)
        eq(name + ": the notice", [1 if s is to[0] else int(copy)], codes)


def datagrams():
    with namespace(os.environ["PEER_NS"]):
        rx = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        rx.bind(("10.0.0.1", 8104))
    rx.settimeout(20)
    to = [anp_socket(), anp_socket()]
    for s, address in zip(to, ("10.0.0.1", "10.9.0.1")):
        s.connect((address, 8104))
        eq("datagrams: it is off at first", 0, s.getsockopt(SOL_ANP, ANP_ZEROCOPY))
        s.send(b"x", MSG_ZEROCOPY)
        eq("where it is off, MSG_ZEROCOPY says nothing", ([], True), notices(s))
        s.setsockopt(SOL_ANP, ANP_ZEROCOPY, 1)
    eq("... and sends", b"x", rx.recv(10))
    s = to[0]
    s.send(b"", MSG_ZEROCOPY)
    eq("an empty datagram arrives", b"", rx.recv(10))
    eq("... and has no pages to tell of", ([], True), notices(s))
    err_is("one of more pieces than an skb has frags", errno.EMSGSIZE,
           s.sendmsg, pieces(18), [], MSG_ZEROCOPY)
    eq("... has nothing to tell of", ([], True), notices(s))
    err_is("one that is too large", errno.EMSGSIZE, s.send, DATA + DATA, MSG_ZEROCOPY)
    eq("... has nothing to tell of", ([], True), notices(s))
    for n in (1, 1000, 1472):
        datagram("a datagram of %d bytes" % n, to, rx, [DATA[:n]], False,
                 lambda s, n=n: s.send(DATA[:n], MSG_ZEROCOPY))
    datagram("one of 17 pieces", to, rx, [b"".join(pieces(17))], False,
             lambda s: s.sendmsg(pieces(17), [], MSG_ZEROCOPY))
    datagram("one in fragments", to, rx, [DATA[:20000]], True, lambda s: s.send(DATA[:20000], MSG_ZEROCOPY))

    def gathered(s):
        s.send(DATA[:100], MSG_ZEROCOPY | socket.MSG_MORE)
        s.send(DATA[100:200])
    datagram("one that is gathered", to, rx, [DATA[:200]], True, gathered)
    for feature in "sg", "tx":
        subprocess.run(["ethtool", "-K", "anp1", feature, "off"], check=True)
        datagram("one by a device without " + feature, to, rx, [DATA[:1000]], True,
                 lambda s: s.send(DATA[:1000], MSG_ZEROCOPY))
        subprocess.run(["ethtool", "-K", "anp1", "sg", "on", "tx", "on", "gso", "on"], check=True)
    for s in to:
        s.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
    datagram("20 by UDP_SEGMENT", to, rx, [DATA[1000 * i:1000 * i + 1000] for i in range(20)], False,
             lambda s: s.send(DATA[:20000], MSG_ZEROCOPY))
    for s in to:
        s.send(DATA[:20000], MSG_ZEROCOPY)
        s.close()


def sink(port):
    lsock = listener("inet", "0.0.0.0", port)
    print("ready", flush=True)
    lsock.settimeout(60)
    rx = lsock.accept()[0]
    digest = hashlib.sha256()
    rx.settimeout(60)
    receive(rx, digest)
    print(digest.hexdigest(), flush=True)


def source(port):
    data = os.urandom(1000000)
    s = stream("inet")
    s.settimeout(60)
    s.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    s.connect(("10.0.0.1", port))
    sends, got, good = send_all(s, data)
    good &= wait_notices(s, sends, got)
    s.close()
    print(hashlib.sha256(data).hexdigest(), flush=True)
    sys.exit(0 if good else 1)


def main(words):
    if words[:1] == ["sink"]:
        sink(int(words[1]))
    elif words[:1] == ["source"]:
        source(int(words[1]))
    elif words[:1] == ["lossy"]:
        with section("lossy"):
            to_linux(1000000)
        done()
    else:
        for part in (option, copies, lambda: to_linux(1), lambda: to_linux(2000000), to_itself,
                     datagrams):
            with section("zerocopy"):
                part()
        done()


main(sys.argv[1:])
