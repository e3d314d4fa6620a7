# SPDX-License-Identifier: GPL-2.0
"""A full accept queue drops a SYN in silence (listen(2))."""


def rule(w):
    w.listen(backlog=0)
    a = w.peer()
    a.syn()
    a.expect("SA")
    a.send("A")
    a.in_state("ESTABLISHED")
    before = w.count("TcpExtListenOverflows")
    b = w.peer()
    b.syn()
    b.silent()
    w.eq("ListenOverflows", before + 1, w.count("TcpExtListenOverflows"))
