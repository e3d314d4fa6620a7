# SPDX-License-Identifier: GPL-2.0
"""connect() takes the place of a TIME-WAIT a second old, beyond its numbers (RFC 6191, tcp_tw_reuse)."""

import errno
import time

from wire import PATIENCE, THEM, US, Conn

REUSE = (1, 2, 1)  # SO_REUSEADDR


def left_in_time_wait(w, **syn):
    """A connection of a program's that has been in TIME-WAIT for more than a second, and its port."""
    c = w.connect([REUSE], **syn)
    port = c.sock.getsockname()[1]
    c.close()
    c.expect("FA", seq=1)
    c.send("FA", ack=2)
    c.expect("A", seq=2, ack=2)
    c.in_state("TIME-WAIT")
    # A clock of seconds: this long it is surely one, whatever the machine does.
    time.sleep(2.1)
    return c, port


def again(w, port):
    """connect() with the same ports; what it says."""
    s = w.socket(REUSE)
    s.bind((THEM, port))
    s.setblocking(False)
    err = s.connect_ex((US, 9000))
    s.settimeout(PATIENCE)
    return s, err


def rule(w):
    w.sysctl("tcp_tw_reuse", 1)
    c, port = left_in_time_wait(w, ts=True)
    s, err = again(w, port)
    w.eq("connect()", errno.EINPROGRESS, err)
    n = Conn(w, 9000, port, ts=True)
    n.sock = s
    seg = n.expect("S")
    w.true("beyond what was sent before", 0 < (seg.seq - (c.irs + 2)) & 0xffffffff < 1 << 31)
    n.synack()
    n.expect("A", seq=1, ack=1)
    n.alive()
    # Without timestamps nothing would tell old from new.
    w.sysctl("tcp_timestamps", 0)
    _, port = left_in_time_wait(w)
    w.eq("connect() without timestamps", errno.EADDRNOTAVAIL, again(w, port)[1])
