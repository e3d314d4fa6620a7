# SPDX-License-Identifier: GPL-2.0
"""A RST in CLOSE-WAIT ends it; who writes then gets EPIPE (RFC 9293 3.10.7.4 step 2)."""


def rule(w):
    c = w.accept()
    c.send("FA")
    c.expect("A", ack=2)
    c.send("R")
    c.gone()
    try:
        c.write(b"x")
        w.true("an error", False)
    except BrokenPipeError:
        pass
