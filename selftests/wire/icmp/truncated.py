# SPDX-License-Identifier: GPL-2.0
"""An error that quotes less than eight bytes of a segment is nothing (RFC 792, RFC 1122 3.2.2)."""

from segment import checksum, ipv4


def rule(w):
    c = w.connecting()
    head = ipv4(6, b"", "10.0.0.2", c.us)
    for quote in (b"", head[:12], head, head + c.theirs.to_bytes(2, "big")):
        body = bytes((3, 3, 0, 0, 0, 0, 0, 0)) + quote
        body = body[:2] + checksum(body).to_bytes(2, "big") + body[4:]
        w.put(ipv4(1, body, c.us, "10.0.0.2"), "ICMP of %d bytes" % len(body))
    w.settle()
    w.eq("state", "SYN-SENT", c.state())
