# SPDX-License-Identifier: GPL-2.0
"""BBR spreads a window over the round trip, in Startup too (draft-ietf-ccwg-bbr 5.6.2, 5.3.1)."""

import time

SO_SNDBUF, TCP_CONGESTION = 7, 13
RTT, WINDOW = 0.5, 14600
GAIN = 2.89  # of Startup: 2.77, and what rounding adds


def rule(w):
    c = w.accept(opts=[(6, TCP_CONGESTION, b"bbr"), (1, SO_SNDBUF, 200000)], rtt=RTT)
    w.eq("queued", 4 * WINDOW, c.write(4 * WINDOW))
    while c.rcv <= WINDOW:
        c.expect("A")
    # A round trip later; the ACK says that the path carries a window in RTT, or less.
    time.sleep(RTT)
    c.send("A")
    begin = c.t0
    while c.rcv <= 2 * WINDOW:
        seg = c.expect("A", seq=c.rcv)
        ahead = seg.start - 1 - WINDOW - 2 * 1460
        # A sender whose timer comes late makes up for half of a gap.
        w.true("byte %d not before its time" % seg.start,
               seg.t - begin >= ahead / (GAIN * WINDOW / RTT) / 2)
