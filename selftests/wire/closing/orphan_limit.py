# SPDX-License-Identifier: GPL-2.0
"""One orphan more than there may be is reset, its data forgotten (tcp_max_orphans in tcp(7))."""

LINUX = "the limit is the host's, not the namespace's"


def rule(w):
    w.sysctl("tcp_max_orphans", 0)
    before = w.count("TcpExtTCPAbortOnMemory")
    c = w.accept(rtt=0.3)
    c.write(1000)
    c.expect("A", seq=1, len=1000)
    c.close()
    # Its FIN may be out already.
    seg = c.next()
    if "F" in seg.flags:
        seg = c.next()
    w.true("reset", "R" in seg.flags)
    c.gone()
    w.eq("counted", before + 1, w.count("TcpExtTCPAbortOnMemory"))
    c.send("A", ack=1001)
    c.expect("R", seq=1001)
