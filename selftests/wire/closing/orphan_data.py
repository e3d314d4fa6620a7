# SPDX-License-Identifier: GPL-2.0
"""After close() what was written is still sent again, as tcp_orphan_retries says, then given up (tcp(7))."""


def rule(w):
    w.sysctl("tcp_orphan_retries", 2)
    before = w.count("TcpExtTCPAbortOnTimeout")
    c = w.accept()
    c.write(1000)
    c.expect("A", seq=1, len=1000)
    c.close()
    c.expect("FA", seq=1001)
    c.gone()
    later = c.drain()
    w.true("the data again", any(seg.start == 1 and seg.len == 1000 for seg in later))
    w.true("no reset", not any("R" in seg.flags for seg in later))
    w.eq("counted", before + 1, w.count("TcpExtTCPAbortOnTimeout"))
    c.send("A", ack=1002)
    c.expect("R", seq=1002)
