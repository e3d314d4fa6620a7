# SPDX-License-Identifier: GPL-2.0
"""MSG_OOB: URG, and a pointer behind the last byte (RFC 9293 3.8.5, RFC 6093 2.1)."""


def rule(w):
    c = w.accept()
    c.write(b"abc", 1)  # MSG_OOB
    c.expect("AU", seq=1, data=b"abc", urp=3)
    c.send("A", ack=4)
    c.write(b"def")
    c.expect("A", seq=4, data=b"def", urp=0)
