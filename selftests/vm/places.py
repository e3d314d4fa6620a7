#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Which of the places where the module asks for memory have got none, in runs with FAULTS=N (faults.sh).

    places.py MODULE PLACES...      anp.ko and what modules/anp_faults.c has counted

A place is a call in the module's machine code to a function of the kernel that allocates, itself or below it.
Those that are there to allocate are listed here; the others are known by having been seen to.
"""

import collections
import re
import subprocess
import sys

ALLOCATORS = re.compile(r"""^(__kmalloc.* | kmalloc_.* | kvmalloc_.* | kmemdup.* | kmem_cache_alloc.* | __alloc_skb |
    alloc_skb_with_frags | sock_alloc_send_pskb | sock_wmalloc | skb_clone | __pskb_copy_fclone | pskb_expand_head |
    skb_ensure_writable | __skb_gso_segment | sk_alloc | sk_clone_lock | sk_page_frag_refill | msg_zerocopy_realloc |
    reuseport_alloc | reuseport_add_sock | __neigh_create | fib_new_table | inet_frag_find |
    inet_frag_reasm_prepare | __skb_tstamp_tx | skb_tstamp_tx | register_netdevice | netdev_upper_dev_link |
    register_net_sysctl.* | _proc_mkdir | proc_create_.*)$""", re.X)
CALL = re.compile(r"^\s*([0-9a-f]+):\s+(call|jmp)\s")
RELOC = re.compile(r"^\s+[0-9a-f]+: R_X86_64_(?:PLT32|PC32)\s+(\S+?)(?:[-+]0x[0-9a-f]+)?$")
FUNCTION = re.compile(r"^([0-9a-f]+) <(\S+)>:$")

# `name` is the function's, `after` the offset of what follows the call: what a backtrace says.
Call = collections.namedtuple("Call", "name after callee tail")


def calls_of(module):
    """All that the module calls by name, in the order of its code."""
    out = subprocess.run(["objdump", "-dr", "--no-show-raw-insn", module], capture_output=True, check=True,
                         encoding="ascii").stdout
    found, pending, name, start = [], None, None, 0
    for line in out.splitlines():
        if match := FUNCTION.match(line):
            start, name = int(match[1], 16), match[2]
            continue
        if match := RELOC.match(line):
            if pending:
                found.append(Call(name, pending[0] + 5 - start, match[1], pending[1] == "jmp"))
            pending = None
        elif match := CALL.match(line):
            pending = (int(match[1], 16), match[2])
        elif line.strip():
            pending = None
    return found


def seen_in(files):
    """(name, offset) -> how often it asked and how often it got nothing."""
    seen = collections.defaultdict(lambda: [0, 0])
    for file in files:
        with open(file, encoding="ascii") as f:
            for line in f:
                asked, failed, what, where = line.split()[:4]
                if what not in ("slab", "page"):
                    sys.exit("%s: %s" % (file, line))
                if match := re.match(r"(\S+)\+0x([0-9a-f]+)/", where):
                    count = seen[match[1], int(match[2], 16)]
                    count[0] += int(asked)
                    count[1] += int(failed)
    return seen


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    calls, seen = calls_of(sys.argv[1]), seen_in(sys.argv[2:])
    # Who ends with such a call is not on the stack any more: its callers are the places.
    ends = {c.name for c in calls if c.tail and ALLOCATORS.match(c.callee)}
    places = {(c.name, c.after): c.callee for c in calls
              if not c.tail and (ALLOCATORS.match(c.callee) or c.callee in ends)}
    never = sorted(set(places) - set(seen))
    spared = sorted(place for place, (_, failed) in seen.items() if not failed)
    for what, which in (("not reached", never), ("reached, but did not fail", spared)):
        for place in which:
            print("%s: %s+0x%x, %s" % (what, *place, places.get(place, "")))
    print("%d places that allocate: %d failed %d times, %d were not reached" %
          (len(set(places) | set(seen)), len(seen) - len(spared), sum(failed for _, failed in seen.values()), len(never)))
    return 1 if spared or not seen else 0


sys.exit(main())
