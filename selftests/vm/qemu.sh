# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How the VM is put together and started. Sourced by run.sh.

SMP=${SMP:-2}
MEM=${MEM:-2G}
MODULES_DIR=${MODULES_DIR-$CACHE/kernel-$KERNEL/modules}
KERNEL_IMAGE=${KERNEL_IMAGE:-$CACHE/kernel-$KERNEL/vmlinuz}
ANP_KO=${ANP_KO:-$BUILD/module-$KERNEL/anp.ko}

# /dev/kvm may be there and yet not work (nested machines): only a kernel
# that says its first word proves it. Asked once per boot of the host.
kvm_works() {
	local verdict=$CACHE/kvm log=$CACHE/kvm.log boot
	boot=$(cat /proc/sys/kernel/random/boot_id)-$(id -u)
	if [ "$(cut -d' ' -f1 "$verdict" 2>/dev/null)" != "$boot" ]; then
		echo "$boot no" >"$verdict"
		if [ -w /dev/kvm ]; then
			timeout 5 qemu-system-x86_64 -accel kvm -cpu host -m 256 -display none \
				-no-reboot -serial file:"$log" -kernel "$KERNEL_IMAGE" \
				-append "console=ttyS0 panic=-1" </dev/null 2>/dev/null
			! grep -q 'Linux version' "$log" || echo "$boot yes" >"$verdict"
		fi
	fi
	grep -q yes "$verdict"
}

# Sets TSC_KHZ, where the host's processor has that counter.
tsc_speed() {
	local tsc=$BUILD/vm/tsc
	[ "$(uname -m)" = x86_64 ] || return 0
	if [ ! "$tsc" -nt "$ROOT/selftests/vm/tsc.c" ]; then
		${CC:-cc} -O2 -Wall -Wextra -o "$tsc.$$" "$ROOT/selftests/vm/tsc.c" && mv "$tsc.$$" "$tsc" || return
	fi
	TSC_KHZ=$("$tsc")
}

# Whether an ordinary run has to do without the host's processor.
emulated() {
	case ${ACCEL:-} in
	'') ! kvm_works ;;
	*) [ "$ACCEL" = tcg ] ;;
	esac
}

# The older machine's firmware tells by a loop where PCI's interrupts go. Under KASAN
# the kernel interprets that for half a minute, and then gives up: for each device.
machine() { case $KERNEL in 6.1-*) echo q35 ;; *) echo pc ;; esac; }

# Without erms and fsrm, for QEMU copies byte by byte where Linux and glibc take the fast string instructions: that
# was half of the time of a test that moves data.
accel_flags() {
	if [ -n "${ICOUNT:-}" ]; then
		# Guest time is instructions: no noise from the machine's other load.
		echo "-accel tcg,thread=single -icount shift=0,sleep=off,align=off
			-cpu max,-erms,-fsrm -smp 1 -seed ${SEED:-1} -rtc clock=vm"
	elif emulated; then
		echo "-accel tcg,thread=multi -cpu max,-erms,-fsrm -smp $SMP"
	else
		echo "-accel ${ACCEL:-kvm} -cpu host -smp $SMP"
	fi
}

# no_timer_check: where the host is busy, ten ticks take so long to come that the kernel believes the
# timer not to be connected, and panics.
command_line() {
	local line="console=ttyS0 loglevel=7 panic=-1 oops=panic unknown_nmi_panic no_timer_check panic_print=0x40 net.ifnames=0 log_buf_len=8M"
	[ -z "${ICOUNT:-}" ] ||
		line+=" tsc=reliable clocksource=tsc nokaslr mitigations=off nowatchdog slab_nomerge"
	# QEMU's processors count together, which Linux does not believe of several, and as fast as the host's: the
	# kernel would have to measure that, and was off by six on a busy machine. Its HPET would be read by
	# leaving the translated code, for each look at the clock.
	[ -n "${ICOUNT:-}" ] || ! emulated || line+=" tsc=reliable${TSC_KHZ:+ tsc_early_khz=$TSC_KHZ}"
	# What a stock kernel can watch: red zones, poison and owners of all slab
	# objects, guard pages after some of them (6.12 on), and threads that are
	# preempted anywhere.
	[ -z "${WATCH:-}" ] || line+=" slub_debug=FZPU kfence.sample_interval=2 preempt=full"
	echo "$line ${CMDLINE_EXTRA:-}"
}

# /lib/modules as a disk of its own: the root image serves every kernel.
modules_image() {
	local image release tmp
	[ -d "$MODULES_DIR" ] || return 0
	release=$(basename "$(realpath "$MODULES_DIR")")
	image=$CACHE/modules-$release.ext2
	if [ ! "$image" -nt "$MODULES_DIR/modules.dep" ]; then
		tmp=$image.$$
		mkfs.ext2 -q -F -m 0 -d "$(realpath "$MODULES_DIR")" "$tmp" \
			"$(($(du -sm "$MODULES_DIR/" | cut -f1) * 115 / 100 + 16))M" >/dev/null || return 1
		mv "$tmp" "$image"
	fi
	echo "$image"
}

# The modules that init needs before it can reach the disk, in load order.
boot_modules() {
	local base release name
	[ -d "$MODULES_DIR" ] || return 0
	base=$(realpath "$MODULES_DIR")
	release=$(basename "$base")
	for name in virtio_pci virtio_blk overlay; do
		modprobe -d "${base%/lib/modules/*}" -S "$release" --show-depends "$name"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

stage_build() { # our build and the tests, laid out as in the repository
	local anp=$1
	mkdir -p "$anp/.run" "$anp/selftests" "$anp/userspace"
	# What a debugger would read is 50 times what the kernel does: it is loaded often here.
	[ ! -f "$ANP_KO" ] || flock -s "$(dirname "$ANP_KO")/.lock" \
		objcopy --strip-debug "$ANP_KO" "$anp/anp.ko"
	cp "$(dirname "$ANP_KO")"-tests/*.ko "$(dirname "$ANP_KO")"-samples/*.ko "$anp/" 2>/dev/null
	[ ! -d "$BUILD/userspace" ] ||
		tar -C "$BUILD/userspace" --exclude='*.o' --exclude='*.d' --exclude='*.a' -cf - . |
		tar -C "$anp/userspace" -xf -
	tar -C "$ROOT/selftests" --exclude=./sim -cf - . | tar -C "$anp/selftests" -xf -
	[ ! -d "$BUILD/selftests" ] ||
		tar -C "$BUILD/selftests" --exclude='*.o' --exclude='*.d' -cf - . |
		tar -C "$anp/selftests" -xf -
}

make_initramfs() { # folder to stage in (holds anp/.run already), output
	local dir=$1 out=$2 n=100 ko
	mkdir -p "$dir"/{bin,dev,proc,sys,modules} || return 1
	cp /bin/busybox "$dir/bin/" || return 1
	cp "$ROOT/selftests/vm/init" "$dir/init" || return 1
	for ko in $(boot_modules); do
		case $ko in
		*.xz) xz -dc "$ko" >"$dir/modules/$n-$(basename "$ko" .xz)" || return 1 ;;
		*) cp "$ko" "$dir/modules/$n-${ko##*/}" || return 1 ;;
		esac
		n=$((n + 1))
	done
	stage_build "$dir/anp" || return 1
	(cd "$dir" && find . | cpio -o -H newc -R 0:0 --quiet) >"$out"
}

# Sets the array QEMU. $1: folder of this run, then more flags.
qemu_command() {
	local run=$1 modules root
	local -a emulator=(qemu-system-x86_64)
	shift
	root=$("$ROOT/selftests/vm/image.sh") || return 1
	modules=$(modules_image) || return 1
	if [ -n "${ICOUNT:-}" ] || emulated; then
		read -ra emulator < <("$ROOT/selftests/vm/emulator.sh")
		[ ${#emulator[@]} -gt 0 ] || return 1
	fi
	# Where instructions are counted, they are the clock.
	[ -n "${ICOUNT:-}" ] || ! emulated || tsc_speed || return 1
	truncate -s "${RESULTS_SIZE:-256M}" "$run/results.raw" || return 1
	# shellcheck disable=SC2207,SC2054
	QEMU=("${emulator[@]}" -machine "$(machine)" $(accel_flags) -m "$MEM" -display none -no-reboot
		-nodefaults -kernel "$KERNEL_IMAGE" -initrd "$run/initramfs"
		-append "$(command_line)"
		-drive "if=none,id=root,file=$root,format=raw,readonly=on"
		-device virtio-blk-pci,drive=root,serial=root
		-drive "if=none,id=results,file=$run/results.raw,format=raw,cache=unsafe"
		-device virtio-blk-pci,drive=results,serial=results)
	# shellcheck disable=SC2054
	[ -z "$modules" ] || QEMU+=(
		-drive "if=none,id=modules,file=$modules,format=raw,readonly=on"
		-device virtio-blk-pci,drive=modules,serial=modules)
	# What counts instructions by function, for `make profile`.
	[ -z "${INSN_PLUGIN:-}" ] || QEMU+=(-plugin "$INSN_PLUGIN,out=$run/results/insn")
	QEMU+=("$@")
}
