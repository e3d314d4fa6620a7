# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every shell test of AF_ANP begins with:
#
#	#!/bin/bash
#	# SPDX-License-Identifier: GPL-2.0
#	# What this test shows, in a sentence.
#	# TIMEOUT=60			(seconds; 120 if not said)
#	. "$(dirname "$0")/../lib.sh"
#
#	topo_pair
#	check "ANP answers a ping" in_b ping -c 1 -W 2 10.0.0.2
#	finish
#
# Points are TAP lines. The first failed check of a test dumps the state of
# both ends (unless NO_EVIDENCE=1). Namespaces and background processes are cleaned
# up at exit, and the harness fails a test that leaves any.

KSFT_SKIP=4
SEED=${SEED:-$(date +%s)}
RANDOM=$((SEED % 32768))
WORK=$(mktemp -d)
TEST_NAME=$(basename "$0" .sh)

point=0
bad_points=0
evidence_shown=${NO_EVIDENCE:-0}
bg_pids=()
spaces=()

printf 'TAP version 13\n# seed %s\n' "$SEED"

# --- points ---------------------------------------------------------------

ok() {
	point=$((point + 1))
	printf 'ok %d - %s\n' "$point" "$*"
}

fail() {
	point=$((point + 1))
	bad_points=$((bad_points + 1))
	printf 'not ok %d - %s\n' "$point" "$*"
	[ "$evidence_shown" -ne 0 ] || dump_evidence
	evidence_shown=1
}

# What was printed may have no end of line, or be no text: TAP is both.
comment() { LC_ALL=C tr -c '[:print:]\t\n' '?' | awk '{ print "# " $0 }'; }

# check DESC COMMAND...: a point that holds when the command succeeds. What
# the command prints is shown when it does not.
check() {
	local desc=$1 status
	shift
	"$@" >"$WORK/check.out" 2>&1
	status=$?
	[ $status -ne 0 ] || { ok "$desc"; return 0; }
	{
		printf 'status %d from: %s\n' $status "$*"
		tail -n 60 "$WORK/check.out"
	} | comment
	fail "$desc"
	return $status
}

# The command has to fail.
check_fails() {
	local desc=$1
	shift
	if "$@" >"$WORK/check.out" 2>&1; then
		{ echo "succeeded: $*"; tail -n 60 "$WORK/check.out"; } | comment
		fail "$desc"
		return 1
	fi
	ok "$desc"
}

check_eq() { # DESC WANTED GOT
	[ "$2" = "$3" ] && { ok "$1"; return 0; }
	printf 'wanted: %s\ngot:    %s\n' "$2" "$3" | comment
	fail "$1"
	return 1
}

# The command's output has to match an extended regular expression.
check_output() { # DESC REGEX COMMAND...
	local desc=$1 regex=$2
	shift 2
	"$@" >"$WORK/check.out" 2>&1
	grep -qE -- "$regex" "$WORK/check.out" && { ok "$desc"; return 0; }
	{ printf 'no /%s/ from: %s\n' "$regex" "$*"; tail -n 60 "$WORK/check.out"; } | comment
	fail "$desc"
	return 1
}

skip() { # DESC REASON: this point cannot be had here
	point=$((point + 1))
	printf 'ok %d - %s # SKIP %s\n' "$point" "$1" "${2:-}"
}

skip_all() {
	printf '1..0 # SKIP %s\n' "$*"
	exit $KSFT_SKIP
}

# A condition without which the rest of the test means nothing.
must() {
	"$@" >"$WORK/must.out" 2>&1 && return
	{ echo "must: $*"; tail -n 60 "$WORK/must.out"; } | comment
	fail "setup: $*"
	finish
}

# Writes the plan. Called last, or the harness says that the test ended early.
finish() {
	printf '1..%d\n' "$point"
	[ "$bad_points" -eq 0 ]
	exit
}

# --- waiting and background work -------------------------------------------

# A pipe that nobody writes to: to wait for it takes no process, as sleep does.
mkfifo "$WORK/silence" && exec {silence}<>"$WORK/silence"

# wait_for SECONDS COMMAND...: poll until the command succeeds; longer on slow kernels. What takes long is asked
# for less and less often, five times a second in the end: an emulated machine has better things to do.
wait_for() {
	# No condition at all would be met at once.
	[ $# -ge 2 ] || { echo "not ok - wait_for $*: for what?"; return 1; }
	local end=$((SECONDS + $1 * ${TIMEOUT_FACTOR:-1})) ms=20 pause
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		printf -v pause 0.%03d $ms
		read -rt "$pause" -u "$silence"
		ms=$((ms < 160 ? ms * 5 / 4 : 200))
	done
}

# bg COMMAND...: start it, remember it, end it at exit. $! and $BG are its pid;
# its output is in $WORK/bg.$BG.
bg() {
	local log
	log=$(mktemp "$WORK/bg.XXXXXX")
	# Opened here, not by the child: it may come to that only after the file has its other name.
	{ "$@" </dev/null & } >"$log" 2>&1
	BG=$!
	bg_pids+=("$BG")
	mv "$log" "$WORK/bg.$BG"
}

bg_output() { cat "$WORK/bg.${1:-$BG}"; }

# Not every kernel lists them (CONFIG_PROC_CHILDREN).
children_of() { cat "/proc/$1/task/$1/children" 2>/dev/null || pgrep -P "$1"; }

tree_of() { # a process -> it and its descendants, these first
	local child
	for child in $(children_of "$1"); do
		tree_of "$child"
	done
	echo "$1"
}

kill_tree() { # a process and its descendants, never by name
	local -a pids
	mapfile -t pids < <(tree_of "$1")
	kill -"${2:-TERM}" "${pids[@]}" 2>/dev/null
}

# [PID]: end a bg process, and wait until it is gone, and with it those of its descendants that take their time.
kill_bg() {
	local pid=${1:-$BG}
	local -a pids
	mapfile -t pids < <(tree_of "$pid")
	kill -TERM "${pids[@]}" 2>/dev/null
	wait_for 3 dead "${pids[@]}" || kill -KILL "${pids[@]}" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# A zombie is dead: only its parent has not looked yet.
dead() { # PID...: all of them
	local pid
	for pid in "$@"; do
		! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" || return 1
	done
}

# What a bg process answered: waits for it, gives its exit status.
join() {
	local pid=${1:-$BG}
	wait "$pid"
}

# --- namespaces and topologies ---------------------------------------------

# in_ns NAMESPACE COMMAND...; nsenter, because ip netns exec remounts /sys for
# each command, which costs more than the command.
in_ns() {
	local ns=$1
	shift
	nsenter --net="/run/netns/$ns" "$@"
}

in_a() { in_ns "$A" "$@"; }
in_b() { in_ns "$B" "$@"; }
in_r() { in_ns "$R" "$@"; }

# new_ns VARIABLE: an empty namespace whose name no other test has. IPv6 is
# off, so that the wire carries what the test sends and no more; the host's stack
# tells of each error, or a fast machine would hear of the first six only.
new_ns() {
	local name
	name="$TEST_NAME-$$-${1,,}"
	ip netns add "$name" || return 1
	spaces+=("$name")
	printf -v "$1" '%s' "$name"
	in_ns "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1 net.ipv4.icmp_ratelimit=0 2>/dev/null
	ip -n "$name" link set lo up
}

# ip_batch NS COMMAND...: several of ip's commands by one process, which ends at the first that fails:
# to begin a program is what takes longest on slow kernels.
ip_batch() {
	local ns=$1
	shift
	printf '%s\n' "$@" | ip -n "$ns" -batch -
}

# veth NS1 DEV1 NS2 DEV2: a cable between two namespaces, both ends up.
veth() {
	ip link add name "$2" netns "$1" mtu "${MTU:-1500}" type veth \
		peer name "$4" netns "$3" mtu "${MTU:-1500}" &&
		ip -n "$1" link set "$2" up && ip -n "$3" link set "$4" up
}

# receive NS MODE USECS FRAMES: how anp0 receives from now on.
receive() {
	local flag
	must in_ns "$1" ethtool -C anp0 rx-usecs 0 rx-frames 0 adaptive-rx off
	for flag in interrupt poll hybrid; do
		[ "$2" = "$flag" ] || in_ns "$1" ethtool --set-priv-flags anp0 "rx-$flag" off
	done
	[ "$2" = inline ] || must in_ns "$1" ethtool --set-priv-flags anp0 "rx-$2" on
	[ "$3" = adaptive ] && { must in_ns "$1" ethtool -C anp0 adaptive-rx on; return; }
	must in_ns "$1" ethtool -C anp0 rx-usecs "$3" rx-frames "$4"
}

# anp_on NS LOWER ADDRESS/LEN [NAME]: an ANP device above a lower device. Where RX_MODE is set (interrupt, poll,
# hybrid) an anp0 receives so, for losses and joined segments meet other code there than inline.
anp_on() {
	local dev=${4:-anp0}
	ip_batch "$1" "link add $dev link $2 type anp" "addr add $3 dev $dev" "link set $dev up" || return
	[ -z "${RX_MODE:-}" ] || [ "$dev" != anp0 ] || receive "$1" "$RX_MODE" 50 32
}

load_anp() {
	[ -d /sys/module/anp ] && return
	insmod "${ANP_KO:-/anp/anp.ko}"
}

#	A: ANP			B: the host's stack
#	anp0 10.0.0.2/24	eth0 10.0.0.1/24
#	  |			  |
#	eth0 ------ veth ------ eth0
topo_pair() {
	must load_anp
	must new_ns A
	must new_ns B
	must veth "$A" eth0 "$B" eth0
	must ip -n "$B" addr add 10.0.0.1/24 dev eth0
	must anp_on "$A" eth0 10.0.0.2/24
}

# ANP at both ends: A's anp0 is 10.0.0.2, B's anp0 is 10.0.0.3.
topo_anp_pair() {
	must load_anp
	must new_ns A
	must new_ns B
	must veth "$A" eth0 "$B" eth0
	must anp_on "$A" eth0 10.0.0.2/24
	must anp_on "$B" eth0 10.0.0.3/24
}

#	A: ANP			R: forwards			B: the host's stack
#	anp0 10.0.1.2/24	eth0 10.0.1.1  eth1 10.0.2.1	eth0 10.0.2.2/24
#	eth0 ------------------ eth0           eth1 ----------- eth0
topo_router() {
	must load_anp
	must new_ns A
	must new_ns R
	must new_ns B
	must veth "$A" eth0 "$R" eth0
	must veth "$R" eth1 "$B" eth0
	must ip -n "$R" addr add 10.0.1.1/24 dev eth0
	must ip -n "$R" addr add 10.0.2.1/24 dev eth1
	must in_r sysctl -qw net.ipv4.ip_forward=1
	# What it cannot route it tells each time; the limit of that is the first namespace's.
	must nsenter -t 1 --net sysctl -qw net.ipv4.route.error_cost=0
	must ip -n "$B" addr add 10.0.2.2/24 dev eth0
	must ip -n "$B" route add default via 10.0.2.1
	must anp_on "$A" eth0 10.0.1.2/24
	must ip -n "$A" route add default via 10.0.1.1 dev anp0 table anp
}

# netem NS DEV ARGUMENTS...: e.g. netem "$B" eth0 loss 1% delay 20ms
netem() {
	local ns=$1 dev=$2
	shift 2
	tc -n "$ns" qdisc replace dev "$dev" root netem "$@"
}

# --- captures and evidence -------------------------------------------------

# capture NS DEV [FILTER]: record into $WORK/NS-DEV.pcap; ready on return.
capture() {
	local file=$WORK/${1##*-}-$2.pcap
	bg in_ns "$1" tcpdump -i "$2" -U -s 0 -B 8192 -w "$file" "${@:3}"
	wait_for 30 grep -q 'listening on' "$WORK/bg.$BG" || return 1
	captures+=("$file")
	# shellcheck disable=SC2034 # for the test
	CAPTURE=$file
}
captures=()

# Frames in a capture that a dissector calls malformed, or whose checksums are
# wrong. Turn the sender's offloads off first: a sum that the device would
# have filled in is wrong here too. A dissector is slow: it gets what the filter
# lets through, and is to follow no stream.
pcap_problems() { # FILE [CAPTURE FILTER]
	local bad='_ws.malformed || ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"'
	bad+=' || udp.checksum.status == "Bad" || icmp.checksum.status == "Bad"'
	tcpdump -r "$1" -w - "${2:-}" 2>/dev/null |
		tshark -r - -n -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE \
			-o udp.check_checksum:TRUE -o tcp.analyze_sequence_numbers:FALSE \
			-o tcp.desegment_tcp_streams:FALSE -Y "$bad" 2>/dev/null
}

dump_space() {
	printf -- '--- %s\n' "$1"
	ip -n "$1" -s -d link show
	ip -n "$1" addr show
	ip -n "$1" route show table all
	ip -n "$1" neigh show
	in_ns "$1" ss -A inet -anoi
	[ ! -d /proc/net/anp ] ||
		in_ns "$1" bash -c 'anp ss -a; for f in /proc/net/anp/*; do
			echo "$f:"; head -n 100 "$f"; done'
}

dump_evidence() {
	local ns file pid
	{
		for ns in "${spaces[@]}"; do
			dump_space "$ns"
		done
		for pid in "${bg_pids[@]}"; do
			[ ! -s "$WORK/bg.$pid" ] || { printf -- '--- output of %s\n' "$pid"; tail -n 20 "$WORK/bg.$pid"; }
		done
		for file in "${captures[@]}"; do
			printf -- '--- the end of %s\n' "${file##*/}"
			tcpdump -nnv -r "$file" 2>/dev/null | tail -n 60
			[ -z "${RESULTS:-}" ] || cp "$file" "$RESULTS/$TEST_NAME-${file##*/}"
		done
	} 2>&1 | comment
}

# --- the end ---------------------------------------------------------------

# shellcheck disable=SC2317 # called by the trap
cleanup() {
	local status=$? ns pid
	trap - EXIT
	for pid in "${bg_pids[@]}"; do
		kill_bg "$pid"
	done
	for ns in "${spaces[@]}"; do
		ip netns delete "$ns"
	done
	rm -rf "$WORK"
	exit $status
}
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
