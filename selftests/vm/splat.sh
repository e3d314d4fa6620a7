# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the kernel says when something is wrong, for the harness and the runner.

SPLAT='WARNING:|BUG:|BUG [^ ]+ \(|Oops|general protection fault|KASAN:|KCSAN:|UBSAN:|KFENCE:'
SPLAT+='|possible (circular|recursive|irq)|inconsistent lock state|suspicious RCU'
SPLAT+='|INFO: task .* blocked|self-detected stall|detected stalls|soft lockup'
SPLAT+='|Kernel panic|refcount_t:|list_(add|del) corruption|scheduling while atomic'
SPLAT+='|unregister_netdevice: waiting|kmemleak: [0-9]+ new|Slab cache still has'
SPLAT+='|Objects remaining in|DEBUG_LOCKS_WARN_ON|rtnetlink: .*refcnt|Bad page'
SPLAT+='|unreferenced object|sk_free: optmem|Attempt to release alive inet|nf_conntrack: .*leak'

# Print the splats in a log, each with what follows it; true if there is none. A data race that
# names no module in its first line is the kernel's own, which has many that it means to have.
find_splats() {
	! sed 's/BUG: KCSAN:\( data-race in [^[]*\)$/data race of the kernel:\1/' "$1" | grep -E -A 40 "$SPLAT"
}
