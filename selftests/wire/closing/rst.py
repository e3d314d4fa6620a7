# SPDX-License-Identifier: GPL-2.0
"""A RST ends the connection in each state behind a CLOSE (RFC 9293 3.10.7.4 step 2)."""


def rule(w):
    def fin_wait_1(c):
        c.close()
        c.expect("FA")

    def fin_wait_2(c):
        fin_wait_1(c)
        c.send("A", ack=2)

    def closing(c):
        fin_wait_1(c)
        c.send("FA", ack=1)

    def last_ack(c):
        c.send("FA")
        c.expect("A")
        c.close()

    for name, there in (("FIN-WAIT-1", fin_wait_1), ("FIN-WAIT-2", fin_wait_2), ("CLOSING", closing),
                        ("LAST-ACK", last_ack)):
        c = w.accept(rtt=0.1)
        there(c)
        w.eq("state", name, c.state())
        c.send("R")
        c.gone()
