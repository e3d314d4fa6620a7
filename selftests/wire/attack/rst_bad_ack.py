# SPDX-License-Identifier: GPL-2.0
"""A RST with an ACK number that nobody asked for ends the connection all the same (RFC 9293 3.10.7.4 step 2)."""


def rule(w):
    c = w.accept()
    c.send("RA", seq=1, ack=77777)
    c.error("ECONNRESET")
