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
	local -a files strict=()
	[ -z "${STRICT:-}" ] || strict=(--strict)
	mapfile -t files < <(project_files 'module/*.[ch]' 'uapi/*.h')
	[ ${#files[@]} -gt 0 ] || return 0
	# No one patch is judged here. Version numbers stand in compat.h, lists as
	# macros are meant, and sk_err is positive.
	perl "$perl" --no-tree --no-summary --terse --quiet --show-types "${strict[@]}" \
		--ignore FILE_PATH_CHANGES,LINUX_VERSION_CODE,CONSTANT_COMPARISON \
		--ignore COMPLEX_MACRO,USE_NEGATIVE_ERRNO \
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

case ${1:-} in
spdx) spdx ;;
checkpatch) checkpatch ;;
shellcheck) shells ;;
sparse) sparse "$2" "$3" ;;
rfc) "$ROOT/selftests/vm/rfc.py" --check ;;
*) die "usage: static.sh spdx|checkpatch|shellcheck|rfc|sparse FOLDER MAKE" ;;
esac
