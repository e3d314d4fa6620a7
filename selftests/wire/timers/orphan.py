# SPDX-License-Identifier: GPL-2.0
"""A closed connection that nobody acknowledges is given up (tcp_orphan_retries in tcp(7))."""


def rule(w):
    w.sysctl("tcp_orphan_retries", 1)
    c = w.accept()
    c.close()
    c.expect("FA", seq=1)
    c.expect("FA", seq=1, after=0.19)
    c.gone()
