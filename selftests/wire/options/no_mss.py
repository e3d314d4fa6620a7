# SPDX-License-Identifier: GPL-2.0
"""Without an MSS option segments of 536 bytes are sent (RFC 9293 3.7.1)."""


def rule(w):
    c = w.accept(mss=None)
    c.write(2000)
    for seq in (1, 537, 1073):
        c.expect("A", seq=seq, len=536)
