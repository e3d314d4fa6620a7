# SPDX-License-Identifier: GPL-2.0
"""A RST in the SYN-RECEIVED of an active open is "refused" (RFC 9293 3.10.7.4 step 2)."""

LINUX = "says ECONNRESET"


def rule(w):
    c = w.connecting()
    c.syn()
    c.expect("SA", seq=0, ack=1)
    c.send("R", seq=1)
    c.error("ECONNREFUSED")
    c.gone()
