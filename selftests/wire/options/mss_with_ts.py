# SPDX-License-Identifier: GPL-2.0
"""The MSS does not count options: with timestamps there is less data (RFC 6691)."""


def rule(w):
    c = w.accept(mss=700, ts=True)
    c.write(2000)
    c.expect("A", seq=1, len=688)
