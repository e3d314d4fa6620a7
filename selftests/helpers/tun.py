#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# A tun device with an anp device above it: this program is the network behind it.  Sends an echo
# request to the anp device's address and prints the reply that comes out.
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys

from segment import checksum

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
US, ANP = "10.7.0.1", "10.7.0.2"


def echo_request():
    icmp = struct.pack("!BBHHH", 8, 0, 0, 7, 1) + b"x" * 56
    icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 1, 0, 64, 1, 0,
                       socket.inet_aton(US), socket.inet_aton(ANP))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + icmp


def main():
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    for words in ("link set tun0 up", "link add anp7 link tun0 type anp",
                  "addr add %s/24 dev anp7" % ANP, "link set anp7 up"):
        subprocess.run(["ip"] + words.split(), check=True)
    os.write(tun, echo_request())
    while select.select([tun], [], [], 5)[0]:
        packet = os.read(tun, 2000)
        if packet[9] == 1:
            print("reply type %d from %s, %d bytes" %
                  (packet[20], socket.inet_ntoa(packet[12:16]), len(packet)))
            # The device is closed from under the anp device when this program ends.
            return 0
    print("no reply")
    return 1


sys.exit(main())
