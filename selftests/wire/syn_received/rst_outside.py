# SPDX-License-Identifier: GPL-2.0
"""A RST outside of the window is ignored (RFC 9293 3.10.7.4 step 1)."""


def rule(w):
    w.listen()
    c = w.peer()
    c.syn()
    c.expect("SA")
    c.send("R", seq=-5)
    c.send("R", seq=100000)
    c.silent()
    w.eq("state", "SYN-RECEIVED", c.state())
