# SPDX-License-Identifier: GPL-2.0
"""SO_TIMESTAMPING and SO_TIMESTAMPNS of a stream: the same stamps on ANP and on AF_INET."""

import errno
import fcntl
import select
import socket
import struct
import time

from dgram import IP_RECVERR, cmsgs, done, readable, wait_until
from sides import error_queue, in_turn, mask

SO_TIMESTAMPNS, SO_TIMESTAMPING = 35, 37
TX_SOFTWARE, RX_SOFTWARE, SOFTWARE, OPT_ID, TX_SCHED, TX_ACK, OPT_TSONLY = \
    2, 8, 16, 128, 256, 512, 2048


def stamps(s, want):
    """What the error queue tells of sends, (kind, number), until @want are there."""
    got, timed, end = set(), True, time.monotonic() + 10
    while len(got) < want and time.monotonic() < end:
        entry = error_queue(s)
        if not entry:
            time.sleep(0.01)
            continue
        raw = entry[1][(socket.SOL_IP, IP_RECVERR)]
        err, origin, _, _, _, kind, number = struct.unpack_from("IBBBBII", raw)
        timed &= err == errno.ENOMSG and origin == 4 and \
            struct.unpack_from("q", entry[1][(socket.SOL_SOCKET, SO_TIMESTAMPING)])[0] > 0
        got.add((kind, number))
    if len(got) < want:
        raise TimeoutError("only %s were stamped" % sorted(got))
    return sorted(got), timed


def tx_stamps(side):
    s, peer = side.pair()
    s.send(b"before")
    peer.recv(10)
    wait_until(lambda: struct.unpack("i", fcntl.ioctl(s, 0x5411, bytes(4)))[0] == 0)
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING,
                 TX_SCHED | TX_SOFTWARE | TX_ACK | SOFTWARE | OPT_ID | OPT_TSONLY)
    seen = []
    s.send(bytes(100))
    peer.recv(100)
    seen.append(stamps(s, 3))
    s.send(bytes(1000))
    peer.recv(2000)
    seen.append(stamps(s, 3))
    # Waits for room, and is one send.
    s.settimeout(None)
    s.send(bytes(100000))
    left = 100000
    while left:
        left -= len(peer.recv(left))
    seen.append(stamps(s, 3))
    # Only what a control message asks for, and with the data.
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, SOFTWARE | OPT_ID)
    s.send(bytes(10))
    s.sendmsg([bytes(20)], [(socket.SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", TX_ACK))])
    peer.recv(100)
    wait_until(lambda: mask(s) & select.POLLERR)
    data, anc, _, _ = error_queue(s)
    seen.append((len(data), struct.unpack_from("II", anc[(socket.SOL_IP, IP_RECVERR)], 8)))
    return seen


def own_stamps(side):
    """To an address of this host."""
    lsock = side.listen(far=False)
    s = side.socket()
    s.connect((side.addr, side.port))
    peer = lsock.accept()[0] # kept: who closes it acknowledges nothing
    s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING,
                 TX_SCHED | TX_SOFTWARE | TX_ACK | SOFTWARE | OPT_ID | OPT_TSONLY)
    s.send(b"x")
    seen = stamps(s, 3)
    return seen, peer.recv(10)


def rx_stamps(side):
    s, peer = side.pair()
    seen = []
    for name in (SO_TIMESTAMPNS, SO_TIMESTAMPING):
        s.setsockopt(socket.SOL_SOCKET, name, 1 if name == SO_TIMESTAMPNS else RX_SOFTWARE | SOFTWARE)
        # The kernel begins to stamp a little later; until then Linux says nothing.
        if not wait_until(lambda: peer.send(b"w") and s.recvmsg(10, 500)[1]):
            raise TimeoutError("nothing is stamped")
        peer.send(b"a")
        wait_until(lambda: readable(s), 10)
        between = time.time()
        peer.send(b"b")
        wait_until(lambda: struct.unpack("i", fcntl.ioctl(s, 0x541B, bytes(4)))[0] == 2, 10)
        data, anc, _, _ = s.recvmsg(10, 500)
        got = cmsgs(anc)
        sec, nsec = struct.unpack_from("qq", got[(socket.SOL_SOCKET, name)])
        at = sec + nsec / 1e9
        seen.append((data, sorted(got), between <= at <= time.time()))
        if not seen[-1][-1]:
            print("# %s: %.6f s after the second was sent" % (side.near, at - between))
        s.setsockopt(socket.SOL_SOCKET, name, 0)
    peer.send(b"c")
    seen.append(s.recvmsg(10, 500)[:2])
    return seen


in_turn("times of what is sent", tx_stamps)
in_turn("... to this host", own_stamps)
in_turn("times of what is received", rx_stamps)
done()
