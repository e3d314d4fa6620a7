# SPDX-License-Identifier: GPL-2.0
"""Behind a CLOSE, too, only an exact RST counts (RFC 5961 3.2)."""


def rule(w):
    c = w.accept()
    c.shutdown()
    c.expect("FA")
    c.send("A", ack=2)
    c.in_state("FIN-WAIT-2")
    c.send("R", seq=50)
    c.expect("A", seq=2, ack=1)
    w.eq("state", "FIN-WAIT-2", c.state())
