# SPDX-License-Identifier: GPL-2.0
"""The same calls on a stream of ANP and on one of AF_INET, each with the other at its far end.

A part is a function of a Side; it is played with each stack at the near end and returns what it saw.
PEER_NS is the path of the peer's namespace (topo_pair).
"""

import contextlib
import json
import os
import select
import subprocess

from dgram import MSG_ERRQUEUE, cmsgs, eq, section
from stream import listener, namespace, stream

NS = os.environ["PEER_NS"]
ALL = (select.POLLIN | select.POLLOUT | select.POLLPRI | select.POLLRDHUP | select.POLLRDNORM |
       select.POLLWRNORM | select.POLLRDBAND | select.POLLWRBAND)


class Side:
    """The near end's stack, and where both ends are."""

    ports = iter(range(9000, 9999))

    def __init__(self, near):
        anp = near == "anp"
        self.near, self.far = near, "inet" if anp else "anp"
        self.addr, self.far_addr = ("10.0.0.2", "10.0.0.1") if anp else ("10.0.0.1", "10.0.0.2")
        self.dev, self.far_dev = ("anp0", "eth0") if anp else ("eth0", "anp0")
        self.port = 0

    def place(self, family):
        """The namespace of that stack."""
        return namespace(NS) if family == "inet" else contextlib.nullcontext()

    def here(self):
        return self.place(self.near)

    def there(self):
        return self.place(self.far)

    def listen(self, far=True):
        self.port = next(Side.ports)
        with self.there() if far else self.here():
            return listener(self.far if far else self.near,
                            self.far_addr if far else self.addr, self.port)

    def socket(self):
        with self.here():
            return stream(self.near)

    def pair(self):
        """A connection: the near end, and the far one."""
        lsock = self.listen()
        s = self.socket()
        s.connect((self.far_addr, self.port))
        peer = lsock.accept()[0]
        lsock.close()
        peer.settimeout(20)
        s.settimeout(20)
        return s, peer

    def ip(self, *words):
        with self.here():
            out = subprocess.run(("ip", "-j") + words, check=True, capture_output=True).stdout
        return json.loads(out) if out.strip() else None


SIDES = (Side("inet"), Side("anp"))


def both(name, part):
    """@part has to see the same with either stack."""
    eq(name, *(part(side) for side in SIDES))


def in_turn(name, part):
    with section(name):
        both(name, part)


def mask(s):
    p = select.poll()
    p.register(s, ALL)
    got = p.poll(0)
    return got[0][1] if got else 0


def error_queue(s):
    """An entry of the error queue, or None."""
    patience = s.gettimeout()
    s.settimeout(0)
    try:
        data, anc, flags, name = s.recvmsg(2000, 500, MSG_ERRQUEUE)
    except BlockingIOError:
        return None
    finally:
        s.settimeout(patience)
    return data, cmsgs(anc), flags, name
