# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The pattern exchange between two ends of a topology, each of them ANP or the host's stack. The
# client sends bytes that depend on their position, the server checks them and sends them back, the
# client checks them again; both fail at the first difference.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

PATTERN=${PATTERN:-/anp/userspace/examples}
PORT=7000

# What a transfer in one of many situations moves; slow kernels take less of it.
SOME=$(((1 << 20) / ${TIMEOUT_FACTOR:-1}))
SOME_KB="$((SOME >> 10)) KB"

# Which stack a namespace speaks: ANP where it has an ANP device. Asked once for each, into FLAG: it stays so.
declare -A stack_flags=()
stack_flag() {
	if [ -z "${stack_flags[$1]:-}" ]; then
		stack_flags[$1]=-4
		[ -z "$(ip -n "$1" link show type anp 2>/dev/null)" ] || stack_flags[$1]=anp
	fi
	FLAG=${stack_flags[$1]#anp}
}

listening() { # NS PORT
	local hex
	printf -v hex ':%04X ' "$2"
	in_ns "$1" grep -qs "$hex.* 0A " /proc/net/tcp /proc/net/anp/tcp
}

# It need not be waited for where it has told why it does not.
listening_or_dead() { listening "$1" "$2" || dead "$3"; } # NS PORT PID

# pattern DESC CLIENT_NS SERVER_NS ADDRESS BYTES [CLIENT OPTION...]. Once the server listens, and
# before the client is started, the command $ONCE_LISTENING gets the server's pid.
pattern() {
	local desc=$1 cns=$2 sns=$3 addr=$4 bytes=$5 cf sf server
	shift 5
	stack_flag "$cns"
	cf=$FLAG
	stack_flag "$sns"
	sf=$FLAG
	PORT=$((PORT + 1))
	# shellcheck disable=SC2086 # an absent flag is no argument
	bg in_ns "$sns" "$PATTERN/pattern_server" -q $sf "$PORT"
	server=$BG
	wait_for 30 listening_or_dead "$sns" "$PORT" "$server"
	listening "$sns" "$PORT" || { fail "$desc: no listener"; return; }
	[ -z "${ONCE_LISTENING:-}" ] || must "$ONCE_LISTENING" "$server"
	# shellcheck disable=SC2086
	check "$desc" in_ns "$cns" timeout "$((${LIMIT:-100} * ${TIMEOUT_FACTOR:-1}))" "$PATTERN/pattern_client" -q $cf -S "$SEED" "$@" "$addr" \
		"$PORT" "$bytes"
	kill_bg "$server"
}

# no_leak: what connections used is given back, TIME-WAIT apart.
anp_sockets() { # NS -> sockets that are no TIME-WAIT
	in_ns "$1" awk 'NR > 1 && $4 != "06"' /proc/net/anp/tcp | wc -l
}
no_sockets() { [ "$(anp_sockets "$1")" -eq 0 ]; }
