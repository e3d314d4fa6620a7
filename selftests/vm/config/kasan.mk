# SPDX-License-Identifier: GPL-2.0
# Added to the kernel's scripts/Makefile.lib: which of its files KASAN does not instrument. Of what fork and exec take four
# fifths are lockdep, the unwinder and the checks of KASAN in these; no memory of a network stack comes there, nor to
# page tables and file systems. Instrumented are the module, all of net/ and drivers/net/, and what else is handed its
# objects: lists, trees and strings of lib/, locks, wait queues, timers, work, RCU, devices, epoll, /proc and sysctl.
KASAN_PLAIN = $(if $(filter-out $(KASAN_WATCHED),$(filter $(KASAN_UNWATCHED),$(obj)/$(basetarget).o)),n)

KASAN_UNWATCHED := arch/% block/% certs/% crypto/% drivers/% fs/% init/% ipc/% mm/% security/% usr/% \
	$(addprefix kernel/,bpf/% cgroup/% dma/% entry/% events/% futex/% irq/% module/% power/% printk/% sched/% trace/%) \
	kernel/locking/lockdep.o kernel/rcu/update.o kernel/time/tick-sched.o kernel/time/clocksource.o \
	kernel/time/timekeeping.o kernel/time/hrtimer.o \
	$(addprefix kernel/,context_tracking.o cred.o exit.o extable.o fork.o kallsyms.o kprobes.o ptrace.o signal.o softirq.o \
		stacktrace.o sys.o) \
	$(addprefix lib/,crypto/% zlib_inflate/% debugobjects.o dump_stack.o fault-inject.o maple_tree.o radix-tree.o \
		ref_tracker.o smp_processor_id.o xarray.o)

KASAN_WATCHED := drivers/net/% drivers/base/% fs/debugfs/% fs/kernfs/% fs/proc/% fs/sysfs/% \
	fs/eventpoll.o fs/select.o fs/seq_file.o fs/splice.o kernel/sched/build_utility.o mm/usercopy.o mm/util.o
