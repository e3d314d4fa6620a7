# SPDX-License-Identifier: GPL-2.0
"""A connection begins with ACKs that do not wait (RFC 5681 4.2; Linux quick-ack mode)."""


def rule(w):
    c = w.accept()
    for i in range(4):
        c.send("PA", data=b"x" * 500)
        c.expect("A", ack=1 + 500 * (i + 1))
    w.eq("ACKs that waited", 0, w.count("TcpExtDelayedACKs"))
