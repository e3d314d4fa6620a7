# SPDX-License-Identifier: GPL-2.0
"""An ACK that waits rides on the answer (RFC 9293 3.8.6.3)."""


def rule(w):
    c = w.accept()
    for i in w.tries():
        waited = w.count("TcpExtDelayedACKs")
        c.opt(6, 12, 0)  # TCP_QUICKACK
        c.send("PA", data=b"question")
        w.eq("program reads", b"question", c.read(8))
        c.write(b"answer")
        seg = c.next()
        w.true("something comes", seg)
        if seg.data:
            w.eq("it comes with", (b"answer", 1 + 6 * i, 9 + 8 * i), (seg.data, seg.start, seg.acks))
            break
        # Nothing is told where the program took longer than an ACK waits.
        w.eq("sent when its time had come", 1, w.count("TcpExtDelayedACKs") - waited)
        c.expect("A", seq=1 + 6 * i, ack=9 + 8 * i, data=b"answer")
        c.send("A", ack=7 + 6 * i)
