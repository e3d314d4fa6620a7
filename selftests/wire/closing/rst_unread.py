# SPDX-License-Identifier: GPL-2.0
"""A RST does not take away what was received before (tcp(7); as Linux)."""


def rule(w):
    c = w.accept()
    c.send("PA", data=b"before")
    c.expect("A", ack=7)
    c.send("R")
    c.gone()
    w.eq("program reads", b"before", c.sock.recv(6))
    c.error("ECONNRESET")
