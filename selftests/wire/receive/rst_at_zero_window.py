# SPDX-License-Identifier: GPL-2.0
"""At a window of zero a RST still counts (RFC 9293 3.10.7.4 step 1, RFC 5961 3.2)."""


def rule(w):
    c = w.accept(opts=[(1, 8, 8192)])  # SO_RCVBUF
    seg = None
    while not seg or seg.win:
        c.send("A", data=500)
        seg = c.expect("A")
    c.send("R", seq=c.told)
    c.gone()
