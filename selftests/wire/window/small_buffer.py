# SPDX-License-Identifier: GPL-2.0
"""SO_RCVBUF before the handshake bounds the first window (socket(7))."""


def rule(w):
    w.listen(opts=[(1, 8, 4096)])
    c = w.peer()
    c.syn()
    c.expect("SA", win=lambda n: 500 <= n <= 8192)
