#!/bin/sh
# SPDX-License-Identifier: ISC
# A session of its own, no terminal of the host, no core dumps.
# shellcheck disable=SC2086 # lists of words, on purpose
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

SIGNALS='[0-9a-f]*[1-9a-f][0-9a-f]*'

sessions() {
	ask_sh own-session own ns foreign 'read line </proc/self/stat
		set -- $line
		[ "$6" != 0 ] && echo own || echo foreign'
	# 1, not 0: a core_pattern that is a program ignores 0, and knows 1 as
	# "no core at all"
	judge core-limit "1 1" "$(inside /workspace/probe core-limit)" \
		'[0-9]+ [0-9]{3,}' "$(as_user "$PROBE" core-limit)"
	# A program that turns cores off, and dies if it cannot, is content.
	set_core='ulimit -c 0 || exit 9; ulimit -c unlimited 2>/dev/null
		exec "$0" core-limit'
	judge core-limit-stays "1 1" \
		"$(inside sh -c "$set_core" /workspace/probe)" \
		"0 0" "$(as_user sh -c "$set_core" "$PROBE")"
	judge no-core "no core" "$(inside /workspace/probe crash)" \
		"(core|no core)" "$(outside user "$PROBE" crash)"
	judge umask 0022 "$(umask 0; inside sh -c umask)" \
		0000 "$(umask 0; as_user sh -c umask)"
	signal="grep -h ^SigIgn: /proc/self/status"
	judge ignored-signals "SigIgn:	0000000000000000" \
		"$(ignoring inside $signal)" "SigIgn:	$SIGNALS" \
		"$(ignoring as_user $signal)"
	blocked
	check_output "the command starts in the workspace" /workspace \
		inside pwd
}

ignoring() (
	trap '' PIPE USR1 QUIT
	"$@"
)

blocked() {
	if ! env --block-signal=USR1 true 2>/dev/null; then
		judge_skip blocked-signals "no env --block-signal"
		return
	fi
	mask="grep -h ^SigBlk: /proc/self/status"
	judge blocked-signals "SigBlk:	0000000000000000" \
		"$(as env --block-signal=USR1 "$STOCKADE" run -C "$W" -- \
			$mask)" "SigBlk:	$SIGNALS" \
		"$(as_user env --block-signal=USR1 $mask)"
}

run_ways sessions
property_end
