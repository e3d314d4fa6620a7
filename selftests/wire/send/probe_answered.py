# SPDX-License-Identifier: GPL-2.0
"""As long as probes are answered the connection lives (RFC 9293 3.8.6.1)."""


def rule(w):
    w.sysctl("tcp_retries2", 2)
    c = w.accept(answer={"win": 0})
    c.write(1000)
    for _ in range(4):
        c.expect("A", len=0)
        c.send("A", win=0)
    w.eq("state", "ESTABLISHED", c.state())
    c.send("A", win=5000)
    c.expect("A", seq=1, len=1000)
