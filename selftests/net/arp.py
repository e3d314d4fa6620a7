#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""ARP packets, good and bad, and what they teach ANP's neighbour cache."""

import subprocess
import sys
import time

from packets import (ANP, ANP_MAC, ARP, BROADCAST, PATIENCE, Ether, Raw, answered, changes, counted,
                     counters, done, drain, dropped, drops, echo, is_echo_reply, point, receive,
                     send, settle, silent)

NS = sys.argv[1]
OTHER = "10.0.0.9"
OTHER_MAC = "02:00:00:00:00:09"
THIRD_MAC = "02:00:00:00:00:33"
NOBODY = "00:00:00:00:00:00"


def request(**fields):
    return ARP(**{"op": 1, "hwsrc": OTHER_MAC, "psrc": OTHER, "hwdst": NOBODY, "pdst": ANP,
                  **fields})


def reply(**fields):
    return ARP(**{"op": 2, "hwsrc": OTHER_MAC, "psrc": OTHER, "hwdst": ANP_MAC, "pdst": ANP,
                  **fields})


def neigh(address=OTHER):
    """(link address, state) in ANP's cache, or None."""
    out = subprocess.run(["ip", "-n", NS, "neigh", "show", address, "dev", "anp0"],
                         capture_output=True, text=True, check=True).stdout.split()
    if not out:
        return None
    return out[out.index("lladdr") + 1] if "lladdr" in out else None, out[-1]


def set_neigh(mac, state, address=OTHER):
    subprocess.run(["ip", "-n", NS, "neigh", "replace", address, "lladdr", mac, "dev", "anp0",
                    "nud", state], check=True)


def forget(address=OTHER):
    subprocess.run(["ip", "-n", NS, "neigh", "del", address, "dev", "anp0"],
                   stderr=subprocess.DEVNULL, check=False)


def is_reply(frame):
    return ARP in frame and frame[ARP].op == 2 and frame[ARP].psrc == ANP


def malformed():
    """RFC 826 and RFC 1122 2.3.3: only what speaks of Ethernet and IPv4."""
    def bad(what, offset, octets):
        dropped(what, raw_arp(patched(offset, octets)), "AnpDropArpHdr")

    bad("hardware type 2", 0, b"\x00\x02")
    bad("protocol type IPv6", 2, b"\x86\xdd")
    bad("hardware length 5", 4, b"\x05")
    bad("hardware length 0", 4, b"\x00")
    bad("protocol length 16", 5, b"\x10")
    bad("operation 0", 6, b"\x00\x00")
    bad("operation 3 (RARP)", 6, b"\x00\x03")
    bad("hardware address of nobody", 8, bytes(6))
    bad("hardware address of a group", 8, b"\x01\x00\x5e\x00\x00\x01")
    bad("hardware address of all", 8, b"\xff" * 6)
    dropped("a packet one octet short", raw_arp(bytes(request())[:27]), "AnpDropArpHdr")
    dropped("an empty packet", raw_arp(b""), "AnpDropArpHdr")


def patched(offset, octets):
    """The good request with some octets changed."""
    data = bytes(request())
    return data[:offset] + octets + data[offset + len(octets):]


def raw_arp(data):
    return Ether(dst=ANP_MAC, src=OTHER_MAC, type=0x806) / Raw(data)


def ignored():
    def ignore(what, packet):
        dropped(what, packet, "AnpDropArpIgnored", dst=BROADCAST, src=OTHER_MAC)

    forget()
    ignore("a request for another host", request(pdst="10.0.0.77"))
    ignore("a request for a group", request(pdst="224.0.0.1"))
    ignore("a request for 127.0.0.1", request(pdst="127.0.0.1"))
    ignore("a sender that is a group", request(psrc="224.0.0.1"))
    ignore("a sender that is 127.0.0.1", request(psrc="127.0.0.1"))
    ignore("a sender that is 255.255.255.255", request(psrc="255.255.255.255"))
    ignore("a sender that has our address", request(psrc=ANP, pdst="10.0.0.77"))
    ignore("a reply nobody asked for", reply())
    point(neigh() is None, "... creates no entry", neigh())
    ignore("a gratuitous one of a stranger", request(pdst=OTHER))
    point(neigh() is None, "... creates no entry", neigh())


def answers():
    """RFC 826; probes: RFC 5227 2.1.1."""
    forget()
    frame = answered("a request is answered", request(), is_reply, dst=BROADCAST, src=OTHER_MAC)
    if frame:
        arp = frame[ARP]
        point((frame.dst, frame.src) == (OTHER_MAC, ANP_MAC), "... by unicast", frame.show(True))
        point((arp.hwtype, arp.ptype, arp.hwlen, arp.plen) == (1, 0x800, 6, 4) and
              (arp.hwsrc, arp.hwdst, arp.pdst) == (ANP_MAC, OTHER_MAC, OTHER),
              "... with every field right", frame.show(True))
    point(neigh() == (OTHER_MAC, "STALE"), "... and the asker is learnt as STALE", neigh())
    counted("requests are counted", request(), {"AnpArpInRequests": 1, "AnpArpOutReplies": 1},
            dst=BROADCAST, src=OTHER_MAC)
    answered("hardware type 6 is Ethernet too", raw_arp(patched(0, b"\x00\x06")), is_reply)
    answered("a unicast request is answered", request(), is_reply, dst=ANP_MAC)

    forget()
    frame = answered("a probe (RFC 5227) is answered", request(psrc="0.0.0.0"), is_reply,
                     dst=BROADCAST)
    point(frame is not None and frame.dst == OTHER_MAC, "... by unicast")
    point(neigh() is None, "... and teaches nothing", neigh())
    silent("no answer for another host", request(pdst="10.0.0.77"), is_reply, dst=BROADCAST)


def updates():
    """RFC 826: what is known is merged, what is new is added only when we are asked."""
    set_neigh(OTHER_MAC, "stale")
    time.sleep(1.2)                      # longer than locktime
    send(reply(hwsrc=THIRD_MAC), reply())
    time.sleep(0.1)
    point(wait_neigh((THIRD_MAC, "REACHABLE")), "of two replies at once the first counts", neigh())
    send(request(pdst=OTHER), dst=BROADCAST, src=OTHER_MAC)
    point(wait_neigh((OTHER_MAC, "STALE")), "a gratuitous request moves it at once", neigh())
    send(reply(pdst=OTHER, hwdst=BROADCAST, hwsrc=THIRD_MAC), dst=BROADCAST, src=THIRD_MAC)
    point(wait_neigh((THIRD_MAC, "STALE")), "a gratuitous reply moves it", neigh())
    set_neigh(OTHER_MAC, "permanent")
    send(request(pdst=OTHER, hwsrc=THIRD_MAC), dst=BROADCAST, src=THIRD_MAC)
    time.sleep(0.2)
    point(neigh() == (OTHER_MAC, "PERMANENT"), "a permanent one stays", neigh())
    answered("ANP sends where ip neigh says", echo(src=OTHER),
             lambda frame: frame.dst == OTHER_MAC and is_echo_reply(56)(frame))
    forget()


def wait_neigh(wanted):
    end = time.monotonic() + 2
    while neigh() != wanted and time.monotonic() < end:
        time.sleep(0.02)
    return neigh() == wanted


def asks(frame, address=OTHER):
    return ARP in frame and frame[ARP].op == 1 and frame[ARP].pdst == address


def resolution():
    """ANP has to answer a ping of a station it does not know."""
    forget()
    drain()
    send(*[echo(src=OTHER, seq=i) for i in range(1, 4)])
    found = receive(asks)
    point(bool(found), "ANP asks who has an unknown address")
    if found:
        arp = found[0][ARP]
        point(found[0].dst == BROADCAST and arp.hwdst == NOBODY and arp.hwsrc == ANP_MAC and
              arp.psrc == ANP, "... by broadcast, from its own", found[0].show(True))
    point(neigh() == (None, "INCOMPLETE"), "... the entry is INCOMPLETE", neigh())
    found = receive(asks, timeout=3 * PATIENCE)
    point(bool(found), "... and asks again after a second")
    send(reply(), src=OTHER_MAC)
    found = receive(lambda frame: frame.dst == OTHER_MAC and is_echo_reply(56)(frame), 2 * PATIENCE,
                    count=3)
    point(len(found) == 3, "the answer releases what waited", f"{len(found)} of 3")
    point(wait_neigh((OTHER_MAC, "REACHABLE")), "... and the entry is REACHABLE", neigh())


def failure():
    """RFC 1122 2.3.2.2: what waits is dropped when nobody answers."""
    forget()
    before = counters()
    send(*[echo(src=OTHER, seq=i) for i in range(3)])
    settle(before, {"AnpDropNeighFailed": 3}, timeout=6)
    got = changes(drops(before), drops(counters()))
    point(got == {"AnpDropNeighFailed": 3}, "nobody answers: what waited is dropped", got)
    point(wait_neigh((None, "FAILED")), "... and the entry is FAILED", neigh())
    sent = changes(before, counters()).get("AnpArpOutRequests")
    point(sent == 3, "... after three requests", sent)


def probing():
    """A stale entry that is used is probed by unicast after delay_first_probe_time (1 s here)."""
    set_neigh(OTHER_MAC, "stale")
    drain()
    send(echo(src=OTHER))
    found = receive(asks, timeout=4 * PATIENCE)
    point(bool(found) and found[0].dst == OTHER_MAC, "a stale entry is probed by unicast",
          found and found[0].show(True))
    send(reply(), src=OTHER_MAC)
    point(wait_neigh((OTHER_MAC, "REACHABLE")), "... and the answer confirms it", neigh())


malformed()
ignored()
answers()
updates()
resolution()
failure()
probing()
done()
