# SPDX-License-Identifier: GPL-2.0
"""Links, addresses and routes by netlink, for who cannot wait for ip(8) to be started."""

import os
import socket
import struct

NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 1, 4, 0x200, 0x400
RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE = 16, 20, 24
IFLA_IFNAME, IFLA_LINK, IFLA_LINKINFO, IFLA_INFO_KIND = 3, 5, 18, 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
RTA_OIF, RTA_TABLE = 4, 15
IFF_UP = 1


def attr(kind, data):
    data = struct.pack("=I", data) if isinstance(data, int) else data
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


class Rtnl:
    """A netlink socket of this network namespace."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.bind((0, 0))

    def ask(self, kind, body, flags=0):
        head = struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | NLM_F_ACK | flags, 1, 0)
        self.sock.send(head + body)
        code, = struct.unpack_from("=i", self.sock.recv(65536), 16)
        if code:
            raise OSError(-code, "netlink: " + os.strerror(-code))

    def up(self, dev):
        """The link is set up; its index."""
        index = socket.if_nametoindex(dev)
        self.ask(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, index, IFF_UP, IFF_UP))
        return index

    def link(self, dev, lower, kind):
        self.ask(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0) +
                 attr(IFLA_IFNAME, dev.encode() + b"\0") + attr(IFLA_LINK, lower) +
                 attr(IFLA_LINKINFO, attr(IFLA_INFO_KIND, kind.encode())),
                 NLM_F_CREATE | NLM_F_EXCL)

    def address(self, index, addr, length):
        ip = socket.inet_aton(addr)
        self.ask(RTM_NEWADDR, struct.pack("=BBBBI", socket.AF_INET, length, 0, 0, index) +
                 attr(IFA_LOCAL, ip) + attr(IFA_ADDRESS, ip), NLM_F_CREATE | NLM_F_EXCL)

    def default(self, index, table):
        """A default route through the link, in the table; its scope is link, its type unicast."""
        body = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 0, 3, 253, 1, 0)
        self.ask(RTM_NEWROUTE, body + attr(RTA_TABLE, table) + attr(RTA_OIF, index),
                 NLM_F_CREATE | NLM_F_EXCL)
