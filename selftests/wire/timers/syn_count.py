# SPDX-License-Identifier: GPL-2.0
"""TCP_SYNCNT says how often a SYN is sent again (tcp(7))."""


def rule(w):
    c = w.connecting(opts=[(6, 7, 1)])  # TCP_SYNCNT
    c.expect("S", seq=0, after=0.99)
    c.error("ETIMEDOUT")
    c.gone()
    c.silent()
