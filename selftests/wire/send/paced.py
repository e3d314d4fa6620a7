# SPDX-License-Identifier: GPL-2.0
"""SO_MAX_PACING_RATE: behind a first window bytes leave no faster than that (socket(7))."""

SO_SNDBUF, SO_MAX_PACING_RATE = 7, 47
RATE, SIZE, AT_ONCE = 50000, 40000, 14600
BURST = 2 * 1460


def rule(w):
    # On a path this long nothing is sent again while a slow player looks at what came.
    c = w.accept(opts=[(1, SO_MAX_PACING_RATE, RATE), (1, SO_SNDBUF, 4 * SIZE)], rtt=0.5)
    w.eq("queued", SIZE, c.write(SIZE))
    begin, took = c.t0, 0
    while c.rcv <= SIZE:
        seg = c.expect("A", seq=c.rcv)
        # A sender whose timer comes late makes up for half of a gap.
        ahead = seg.start - 1 - AT_ONCE - BURST
        took = seg.t - begin
        w.true("byte %d not before its time" % seg.start, took >= ahead / RATE / 2)
        c.send("A")
    w.true("it was held back", took >= (SIZE - AT_ONCE - 2 * BURST) / RATE / 2)
