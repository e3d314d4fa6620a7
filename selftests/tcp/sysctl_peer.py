# SPDX-License-Identifier: GPL-2.0
"""The host's TCP at the other end of sysctl.py: port 7000 keeps what connects; to a request on
port 7001 it connects to ANP and keeps that."""

import threading

from dgram import udp
from stream import connected, listener

kept = []


def accept(lsock):
    while True:
        kept.append(lsock.accept()[0])


keeper = listener("inet", "10.0.0.1", 7000, 64)
keeper.settimeout(None)
threading.Thread(target=accept, args=(keeper,), daemon=True).start()
asked = udp("inet", "10.0.0.1", 7001)
asked.settimeout(None)
print("ready", flush=True)
while True:
    asked.recvfrom(16)
    kept.append(connected("inet", "10.0.0.2", 7002))
