# SPDX-License-Identifier: GPL-2.0
"""A linger time waits for the ACK of the FIN (socket(7))."""

import struct
import threading


def rule(w):
    c = w.accept(rtt=0.3)
    c.opt(1, 13, struct.pack("ii", 1, 20))  # SO_LINGER
    t = threading.Thread(target=c.close)
    t.start()
    c.expect("FA", seq=1)
    w.true("close() waits", t.is_alive())
    c.send("A", ack=2)
    t.join(20)
    w.true("... and returns", not t.is_alive())
