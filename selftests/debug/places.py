# SPDX-License-Identifier: GPL-2.0
"""Sockets are asked for until there is one: each place on the way fails once."""

import errno
import socket

from dgram import AF_ANP, done, eq, point

PLACES = "/sys/kernel/debug/anp_faults/"


def switch(on):
    with open(PLACES + "on", "w", encoding="ascii") as f:
        f.write(on)


def tries(family, kind):
    """What each attempt failed with, until one did not."""
    failed = []
    for _ in range(20):
        try:
            socket.socket(family, kind, 253 if kind == socket.SOCK_RAW else 0).close()
            return failed
        except OSError as e:
            failed.append(e.errno)
    return failed + ["never"]


switch("Y")
first = True
for name, kind in (("stream", socket.SOCK_STREAM), ("datagram", socket.SOCK_DGRAM), ("raw", socket.SOCK_RAW)):
    eq("a %s socket of the host's" % name, [], tries(socket.AF_INET, kind))
    got = tries(AF_ANP, kind)
    # All kinds are made in one place, which the first of them finds failing.
    point(set(got) <= {errno.ENOMEM, errno.ENOBUFS} and (got or not first),
          "a %s socket of ANP's fails for want of memory only, and then does not" % name, got)
    eq("... nor does the next", [], tries(AF_ANP, kind))
    first = False
switch("N")
with open(PLACES + "places", encoding="ascii") as f:
    places = [line.split() for line in f]
point(places and all(int(failed) for _, failed, *_ in places), "each place that was reached failed", places)
point(any(where.startswith("create+") for _, _, _, where, *_ in places), "one of them is where sockets are made", places)
done()
