# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Rules of selftests/wire, played by helpers/rules.py.

# rules FOLDER...: a TAP point for each rule. STACK=inet plays them against the
# host's stack; RULE=NAME plays that one alone and shows it.
rules() {
	local line last='' helpers
	local -a args=(--stack "${STACK:-anp}" "$@")
	helpers=$(cd "$(dirname "${BASH_SOURCE[0]}")/../helpers" && pwd)
	[ -z "${RULE:-}" ] || args=(--stack "${STACK:-anp}" --verbose "$RULE")
	[ -e /dev/net/tun ] || must modprobe tun
	must load_anp
	while IFS= read -r line; do
		case $line in
		"ok "*) ok "${line#ok }" ;;
		"not ok "*) fail "${line#not ok }" ;;
		"#"*) printf '%s\n' "$line" ;;
		*) last=$line ;;
		esac
	done < <(PYTHONPATH=$helpers PYTHONDONTWRITEBYTECODE=1 SEED=$SEED \
		python3 "$helpers/rules.py" "${args[@]}" 2>"$WORK/rules.err")
	case $last in done | bad) return ;; esac
	comment <"$WORK/rules.err"
	fail "the rules of $* were played to the end"
}
