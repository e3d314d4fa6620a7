# SPDX-License-Identifier: GPL-2.0
"""A FIN without data needs no window (DEVIATION from RFC 9293 3.10.7.4 step 1)."""

LINUX = "before 6.6: takes it only with window"


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=500)
        seg = c.expect("A")
    end = c.told
    # With data it is dropped as that is.
    c.send("FA", seq=end, data=b"x")
    c.expect("A", ack=end)
    c.send("FA", seq=end)
    c.expect("A", ack=end + 1)
    c.in_state("CLOSE-WAIT")
