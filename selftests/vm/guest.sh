#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Process 1 of the VM: a bare system around one job (tests, a command or a
# shell), then the results go to their disk and the machine is switched off.

RUN=/anp/.run
RESULTS=/results

mount_all() {
	mkdir -p /dev/pts /dev/shm
	mount -t devpts -o mode=620,ptmxmode=666 devpts /dev/pts
	mount -t tmpfs shm /dev/shm
	mount -t tmpfs run /run
	mount -t tmpfs tmp /tmp && chmod 1777 /tmp
	mount -t cgroup2 cgroup /sys/fs/cgroup 2>/dev/null
	mount -t debugfs debug /sys/kernel/debug 2>/dev/null
	mount -t tracefs trace /sys/kernel/tracing 2>/dev/null
	ln -sfn /proc/self/fd /dev/fd
	ln -sfn fd/0 /dev/stdin
	ln -sfn fd/1 /dev/stdout
	ln -sfn fd/2 /dev/stderr
	mkdir -p /run/netns /run/sshd "$RESULTS"
}

# A task stuck for half a minute is reported while its test still runs.
settings() {
	hostname anp-vm
	ip link set lo up
	# Boot has races of its own, which are nobody's here.
	[ ! -e /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan
	sysctl -qw kernel.hung_task_timeout_secs=30 kernel.hung_task_warnings=-1 \
		kernel.printk_devkmsg=on 2>/dev/null
}

environment() {
	export HOME=/root TERM=${TERM:-linux} LANG=C.UTF-8
	export PATH=/anp/userspace/bin:/anp/userspace/examples:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export LD_LIBRARY_PATH=/anp/userspace/lib
	export ANP_KO=/anp/anp.ko RESULTS
	set -a
	# shellcheck disable=SC1091
	. $RUN/env
	set +a
}

# The serial port must not turn \n into \r\n: the host reads it.
job_output() {
	stty -F /dev/ttyS1 raw -echo 2>/dev/null
	exec >/dev/ttyS1 2>&1 </dev/null
}

run_job() {
	cd /anp/selftests || return 1
	case $(cat $RUN/mode) in
	tests)
		job_output
		vm/harness.sh $RUN/tests
		;;
	command)
		job_output
		vm/harness.sh --command $RUN/command
		;;
	shell)
		# shellcheck disable=SC2046
		stty -F /dev/ttyS0 sane $(cat $RUN/stty)
		sysctl -qw kernel.printk=4
		printf '\nModule: %s (insmod it). Tests: %s. Leave with exit, or Ctrl-A x.\n' \
			"$ANP_KO" "$PWD"
		# shellcheck disable=SC1091
		[ ! -s $RUN/command ] || . $RUN/command
		setsid -c bash -i </dev/ttyS0 >/dev/ttyS0 2>&1
		;;
	esac
}

power_off() {
	local disk
	disk=$(cat $RUN/results-disk)
	[ -z "$disk" ] || tar -C "$RESULTS" -cf - . | dd of="$disk" bs=1M conv=fsync status=none
	echo "anp-vm: off" >/dev/kmsg
	busybox poweroff -f
}

mount_all
settings
environment
run_job
echo $? >"$RESULTS/status"
power_off
