# SPDX-License-Identifier: GPL-2.0
"""A full accept queue drops the ACK, and the SYN-ACK comes again (listen(2))."""


def rule(w):
    s = w.listen(backlog=0)
    slow = w.peer()
    slow.syn()
    slow.expect("SA")
    quick = w.peer()
    quick.syn()
    quick.expect("SA")
    quick.send("A")
    quick.in_state("ESTABLISHED")
    slow.send("A")
    slow.expect("SA", seq=0, ack=1)
    s.accept()[0].close()
    slow.send("A", seq=1)
    slow.in_state("ESTABLISHED")
