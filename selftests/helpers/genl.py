# SPDX-License-Identifier: GPL-2.0
"""The generic netlink family of ANP, request by request and byte by byte."""

import socket
import struct

NETLINK_GENERIC = 16
GENL_ID_CTRL = 16
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3


def attr(kind, data):
    return struct.pack("HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def genl(family, cmd, attrs, flags):
    """The errno that the kernel answers, 0, or the attributes of the first answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC) as s:
        s.settimeout(10)
        body = struct.pack("BBH", cmd, 1, 0) + attrs
        s.send(struct.pack("IHHII", 16 + len(body), family, NLM_F_REQUEST | flags, 1, 0) + body)
        data = s.recv(65536)
        kind = struct.unpack_from("H", data, 4)[0]
        if kind in (NLMSG_ERROR, NLMSG_DONE):
            return -struct.unpack_from("i", data, 16)[0]
        return data[20:]


def family_id():
    data = genl(GENL_ID_CTRL, 3, attr(2, b"anp\0"), 0)
    while data:
        size, kind = struct.unpack_from("HH", data)
        if kind == 1:
            return struct.unpack_from("H", data, 4)[0]
        data = data[(size + 3) & ~3:]
    raise KeyError("anp")


def attrs_of(data):
    """{number: value}"""
    found = {}
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        found[kind & 0x3fff] = data[4:size]
        data = data[(size + 3) & ~3:]
    return found


def dump(family, cmd, attrs=b"", size=65536):
    """The attributes of each answer to a dump that is read in pieces of at most @size bytes."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC) as s:
        s.settimeout(30)
        body = struct.pack("BBH", cmd, 1, 0) + attrs
        s.send(struct.pack("IHHII", 16 + len(body), family, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
        while True:
            data = s.recv(size)
            while data:
                length, kind = struct.unpack_from("IH", data)
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    code, = struct.unpack_from("i", data, 16)
                    if code:
                        raise OSError(-code, "netlink")
                    return
                yield attrs_of(data[20:length])
                data = data[(length + 3) & ~3:]
