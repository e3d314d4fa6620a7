# SPDX-License-Identifier: GPL-2.0
"""A window that has been in use is still there after a silence, if so told (RFC 7661 4.4.3)."""

import time


def rule(w):
    # Linux has no RFC 7661, but it can leave the window alone.
    w.sysctl("tcp_slow_start_after_idle", 2 if w.family == "anp" else 0)
    c = w.accept(rtt=0.6)
    end = 1
    for n in 14600, 29200, 29200, 29200:
        end += c.write(n)
        # It is paced: what has come may not be all that the window allows.
        while c.rcv < end:
            c.drain()
            c.send("A", ack=c.rcv)
    c.mark()
    w.wait("idle for several RTOs", lambda: time.monotonic() > c.t0 + 4)
    c.write(100000)
    seqs = set()
    w.wait("more than 20 segments", lambda: seqs.update(s.seq for s in c.drain() if s.len) or len(seqs) > 20)
