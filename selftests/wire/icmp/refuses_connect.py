# SPDX-License-Identifier: GPL-2.0
"""A hard error about the SYN ends the attempt (RFC 5461 3, RFC 1122 4.2.3.9)."""


def rule(w):
    for code, name in ((2, "ENOPROTOOPT"), (3, "ECONNREFUSED"), (1, "EHOSTUNREACH")):
        c = w.connecting()
        c.icmp(3, code, seq=0)
        c.error(name)
        c.gone()
