# SPDX-License-Identifier: GPL-2.0
"""tcpi_rcv_mss is what the peer's full segments have; a smaller size counts when it repeats (tcp(7))."""


def rule(w):
    c = w.accept()
    w.eq("before anything came", 536, c.info().rcv_mss)
    for size, flags, wanted in ((1000, "A", 1000), (1460, "PA", 1460), (700, "A", 1460),
                                (700, "A", 700), (300, "PA", 700), (300, "PA", 700),
                                (1460, "A", 1460), (600, "PA", 1460), (600, "PA", 600)):
        c.send(flags, data=size)
        c.read(size)
        w.eq("after %d bytes, %s" % (size, flags), wanted, c.info().rcv_mss)
