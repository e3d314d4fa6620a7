#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The static checks, one per call; each prints what it found and fails if it
# found anything. See the Makefile's targets of the same names.

. "$(dirname "$0")/common.sh"
cd "$ROOT" || exit 1

# What is in the repository, or would be if it were committed now.
project_files() {
	git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null |
		while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

spdx() {
	local file bad=0
	while read -r file; do
		case $file in LICENSE | *.png | *.svg | *.json | */corpus/*) continue ;; esac
		head -n 5 "$file" | grep -q 'SPDX-License-Identifier:' && continue
		echo "$file: no SPDX line"
		bad=1
	done < <(project_files)
	return $bad
}

checkpatch() {
	local perl=$CACHE/linux-source-$KERNEL/scripts/checkpatch.pl
	local -a files
	mapfile -t files < <(project_files 'module/*.[ch]' 'samples/*.c' 'uapi/*.h')
	[ ${#files[@]} -gt 0 ] || return 0
	# No one patch is judged here. Version numbers stand in compat.h, lists as
	# macros are meant, and sk_err is positive. Messages are not cut; a power of two may be
	# a count; tracepoints are written as the kernel's own are; Qdisc is its name.
	perl "$perl" --strict --max-line-length=110 --no-tree --no-summary --terse --quiet --show-types \
		--ignore FILE_PATH_CHANGES,LINUX_VERSION_CODE,CONSTANT_COMPARISON \
		--ignore COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_PRECEDENCE,USE_NEGATIVE_ERRNO \
		--ignore LONG_LINE_STRING,BIT_MACRO,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,CAMELCASE \
		-f "${files[@]}"
}

# sparse tells by its output, not by its status.
sparse() {
	local folder=$1 make=$2 log
	log=$BUILD/sparse.log
	flock "$folder/.lock" sh -c "$make" >"$log" 2>&1 || {
		cat "$log"
		return 1
	}
	! grep -E '(warning|error):' "$log"
}

shells() {
	local -a files
	mapfile -t files < <(project_files '*.sh' .ci/run)
	shellcheck -x "${files[@]}"
}

# Each object once more, by clang: with the flags of the real build, less those that
# only gcc knows. The kernel's headers are made for gcc, so nothing is linked.
clang_build() {
	local folder=$1 headers=$2 cmd source status=0
	local gcc_only='-Wp,.*|-c|-o|.*\.[oc]|-mpreferred-stack-boundary=.*|-mindirect-branch.*'
	local -a flags
	gcc_only+='|-mfunction-return=.*|-mskip-rax-setup|-mrecord-mcount|-fconserve-stack'
	gcc_only+='|-fno-allow-store-data-races|-falign-(jumps|loops)=.*|-fno-var-tracking.*'
	gcc_only+='|-Wimplicit-fallthrough=.*|--param=.*|-mharden-sls=.*|-fno-ipa.*'
	gcc_only+='|-ftrivial-auto-var-init=.*|-Werror=designated-init|-fzero-call.*'
	for cmd in "$folder"/module/.*.o.cmd "$folder"/module/*/.*.o.cmd; do
		source=$(sed -n '1s/.* \([^ ]*\.c\) *\(;.*\)*$/\1/p' "$cmd")
		[ -f "$source" ] || continue
		mapfile -t flags < <(sed -n '1s/^[^=]*:= *[^ ]*gcc[^ ]* //;1s/ ;.*//;1p' "$cmd" | tr ' ' '\n' |
			grep -vxE -e "$gcc_only" | tr -d "'\\\\")
		(cd "$headers" && clang -Wno-unknown-warning-option -Wno-unused-command-line-argument \
			-Wno-gnu -mstack-alignment=8 "${flags[@]}" -Werror -c -o /dev/null "$source") || status=1
	done
	return $status
}

# What gcc sees for itself, and where cppcheck takes a macro of lists for a read.
cpp_check() {
	local log=$BUILD/cppcheck.log
	cppcheck --quiet --force --max-configs=1 --enable=warning,portability -D__KERNEL__ \
		--suppress=unknownMacro --suppress=uninitvar --suppress=selfAssignment \
		-Imodule -Imodule/socket -Iuapi module >"$log" 2>&1
	! grep -E '(error|warning|portability):' "$log"
}

kernel_doc() {
	local -a files
	mapfile -t files < <(project_files 'module/*.[ch]' 'samples/*.c' 'uapi/*.h')
	! perl "$1/scripts/kernel-doc" -none "${files[@]}" 2>&1 | grep -E 'warning|error'
}

# What anp.ko needs of the kernel, from whom, under which licence, and which of the
# kernels in the cache export it: what a port to the next one has to look at.
symbols() {
	local module=$1 kernel
	local -a kernels=()
	for kernel in 6.1 6.12 7.3; do
		[ ! -f "$CACHE/kernel-$kernel/headers/Module.symvers" ] || kernels+=("$kernel")
	done
	printf '%-36s %-28s %-18s %s\n' symbol from export "${kernels[*]}"
	nm -u "$module" | awk '{ print $2 }' | sort | while read -r name; do
		awk -v n="$name" '$2 == n { printf "%-36s %-28s %-18s", n, $3, $4; found = 1 }
			END { if (!found) printf "%-36s %-28s %-18s", n, "-", "-" }' \
			"$CACHE/kernel-$KERNEL/headers/Module.symvers"
		for kernel in "${kernels[@]}"; do
			awk -v n="$name" '$2 == n { found = 1 } END { printf found ? " yes " : " NO  " }' \
				"$CACHE/kernel-$kernel/headers/Module.symvers"
		done
		echo
	done
}

case ${1:-} in
clang) clang_build "$2" "$3" ;;
cppcheck) cpp_check ;;
kernel-doc) kernel_doc "$2" ;;
symbols) symbols "$2" ;;
spdx) spdx ;;
checkpatch) checkpatch ;;
shellcheck) shells ;;
sparse) sparse "$2" "$3" ;;
rfc) "$ROOT/selftests/vm/rfc.py" --check ;;
*) die "usage: static.sh spdx|checkpatch|shellcheck|rfc|cppcheck|sparse FOLDER MAKE|clang FOLDER HEADERS|kernel-doc KBUILD|symbols MODULE" ;;
esac
