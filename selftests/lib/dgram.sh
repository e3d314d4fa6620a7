# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Scripts on helpers/dgram.py, run in a namespace.

HELPERS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../helpers" && pwd)
export PYTHONPATH=$HELPERS PYTHONDONTWRITEBYTECODE=1

# dgram NS SCRIPT [ARGUMENT...]: makes a TAP point of each point it reports.
dgram() {
	local line last='' ns=$1
	shift
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "${line#ok }" ;;
		"not ok "*) fail "${line#not ok }" ;;
		"#"*) printf '%s\n' "$line" ;;
		*) last=$line ;;
		esac
	done < <(in_ns "$ns" python3 "$(dirname "$0")/$1" "${@:2}" 2>"$WORK/dgram.err")
	[ "$last" = "done" ] && return
	comment <"$WORK/dgram.err"
	fail "$1 ran to its end"
}

# echo_server NS FAMILY ADDRESS PORT: in the background, ready on return.
echo_server() {
	bg nsenter --net="/run/netns/$1" python3 "$HELPERS/dgram.py" "$2" "$3" "$4"
	must wait_for 30 grep -q ready "$WORK/bg.$BG"
}
