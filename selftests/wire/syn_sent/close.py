# SPDX-License-Identifier: GPL-2.0
"""CLOSE in SYN-SENT deletes the connection in silence (RFC 9293 3.10.4)."""


def rule(w):
    c = w.connecting()
    c.close()
    c.gone()
    c.silent()
    c.synack()
    c.expect("R", seq=1)
