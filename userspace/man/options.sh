#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Write the table of socket options in af_anp(7) anew from module/socket/option_list.h; with
# --check, say whether it is as it would be written.

cd "$(dirname "$0")/../.." || exit 1
LIST=module/socket/option_list.h
PAGE=userspace/man/af_anp.7
BEGIN='.\" BEGIN of the table that options.sh writes'
END='.\" END of the table'

rows() {
	awk '
		function has(letter) { return index(sockets, letter) ? "yes" : "\\-" }
		# X(LEVEL, NAME, "SUPR", ERROR, "note") or without the level
		/^\tX\(/ {
			line = $0
			sub(/^\tX\(/, "", line)
			sub(/\)( \\)?$/, "", line)
			n = split(line, part, /, */)
			socket = part[1] ~ /^SO_/
			name = socket ? part[1] : part[2]
			sockets = socket ? part[2] : part[3]
			err = socket ? part[3] : part[4]
			note = line
			sub(/^[^"]*"[^"]*", *[^,]*, *"/, "", note)
			sub(/"$/, "", note)
			level = socket ? "SOL_SOCKET" : part[1]
			if (level != last)
				printf "\\fB%s\\fP\t\t\t\t\t\n", level
			last = level
			if (err != "0" && err != "ENOPROTOOPT")
				note = (note == "" ? "" : note "; ") "else " err
			printf "%s\t%s\t%s\t%s\t%s\t", name, has("S"), has("U"), has("P"), has("R")
			if (note == "")
				print ""
			else
				printf "T{\n%s\nT}\n", note
		}' "$LIST"
}

table() {
	echo "$BEGIN"
	# The last column is too narrow for lines that end at the same place.
	printf '.ad l\n.TS\ntab(\t) nospaces;\nlB cB cB cB cB lB\nl c c c c lx.\n'
	printf 'Option\tStream\tUDP\tPing\tRaw\tNotes\n'
	rows
	printf '.TE\n.ad\n'
	echo "$END"
}

page() {
	TABLE=$(table) awk '
		/^\.\\" BEGIN of the table/ { print ENVIRON["TABLE"]; skip = 1 }
		!skip { print }
		/^\.\\" END of the table/ { skip = 0 }' "$PAGE"
}

if [ "${1:-}" = --check ]; then
	page | cmp -s - "$PAGE" && exit
	echo "$PAGE is stale: run ${0#"$PWD"/}"
	exit 1
fi
page >"$PAGE.new" && mv "$PAGE.new" "$PAGE"
