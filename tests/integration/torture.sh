#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of a build fails in turn: each time stockade says which
# layer it was, exits with 125 and leaves nothing. A sample of the moments;
# all of them with TORTURE=full.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs strace

calls=${CALLS-"mount umount2 open_tree move_mount fsopen fsconfig fsmount
	mount_setattr pivot_root clone clone3 unshare prctl seccomp
	sethostname setgroups setresuid setresgid capset setsid
	landlock_add_rule landlock_restrict_self"}

# A line must tell the layer, and not only that somebody died of it: the
# helper's own, or ours with its words.
says_why() {
	grep -q '^stockade-jail: [a-z][a-z]*: ..*: ' "$T/out" ||
		grep '^stockade run: ..*: ' "$T/out" |
		grep -Eqv 'pid 1 died|helper ended|nobody is there'
}

# The same program with a helper that is traced from its own start: what the
# agent's half calls as well would never get as far.
make_inner() {
	mkdir "$T/inner"
	cp "$BIN/stockade" "$T/inner/stockade"
	cp "$BIN/stockade-jail" "$T/inner/jail"
	for exe in ${TEST_ALSO-}; do
		cp "$BIN/$exe" "$T/inner/$exe"
	done
	cat >"$T/inner/stockade-jail" <<-END
	#!/bin/sh
	exec $(command -v strace) -f -qq -e signal=none -o "$CTL/trace" \\
		\$(cat "$CTL/options") "$T/inner/jail"
	END
	chmod 755 "$T/inner/stockade-jail"
}

# traced OPTION...: a box under strace. A failed call turns into one that
# does nothing, which a filter must allow.
traced() {
	# shellcheck disable=SC2086
	if [ "$where" = helper ]; then
		echo "$@" >"$CTL/options"
		as timeout --foreground -s KILL 60 \
			"$T/inner/stockade" run ${RUN_OPTIONS-} -C "$W" -- true \
			>"$T/out" 2>&1
		return
	fi
	# shellcheck disable=SC2086
	as timeout --foreground -s KILL 60 \
		strace -f -qq -e signal=none -o "$CTL/trace" "$@" \
		"$STOCKADE" run ${RUN_OPTIONS-} -C "$W" -- true >"$T/out" 2>&1
}

# How often the process that does it most often makes a call.
most() {
	awk -v name="$1" '
	index($2, name "(") == 1 && ++n[$1] > most { most = n[$1] }
	END { print most + 0 }' "$T/all"
}

# Nothing of this run; other runs may go on beside.
left() {
	awk '{ print $1 }' "$CTL/trace" | sort -u | while read -r pid; do
		[ ! -e "/proc/$pid" ] || grep -q '^State:.*Z' \
			"/proc/$pid/status" 2>/dev/null || echo "pid $pid"
	done
	for group in $(box_cgroups); do
		pid=${group##*/stockade-}
		! grep -q "^${pid%%-*} " "$CTL/trace" || echo "$group"
	done
}

nothing_left() {
	[ -z "$(left)" ]
}

# The holder of ids is made ahead, while the helper has nothing to do; where
# that fails it is made when it is needed, in the same way.
made_later() {
	[ "$1" = clone ] && [ "$status" -eq 0 ] && awk '
	/clone\(.*CLONE_VM\|CLONE_NEWUSER/ { calls++ }
	/INJECTED/ { failed = calls }
	END { exit !(failed > 0 && calls > failed) }' "$CTL/trace"
}

fail_one() {
	traced -e trace=all -e "inject=$1:error=ENOMEM:syscall=getppid:when=$2"
	status=$?
	if ! grep -q INJECTED "$CTL/trace"; then
		return 0
	fi
	moments=$((moments + 1))
	if ! made_later "$1" && { [ "$status" -ne 125 ] || ! says_why; } ||
		! within 5 nothing_left
	then
		diag "$1, number $2: status $status, $(head -n 3 "$T/out")" \
			"$(left)"
		return 1
	fi
}

all_calls() {
	printf %s "$calls" | tr -s ' \n\t' ,
}

torture() {
	rm -rf "$T/inner"
	make_inner
	for where in ${WHERE-whole helper}; do
		torture_there
	done
	check "and the next run works" inside true
}

torture_there() {
	traced -e "trace=$(all_calls)"
	check_equal "$where: strace alone does no harm" 0 "$?"
	cp "$CTL/trace" "$T/all"
	for call in $calls; do
		bad=0 at=1 moments=0
		last=$(most "$call")
		while [ "$at" -le "$last" ]; do
			fail_one "$call" "$at" || bad=$((bad + 1))
			if [ "${TORTURE-}" = full ] || [ "$at" -eq 1 ]; then
				at=$((at + 1))
			elif [ "$at" -lt "$last" ] &&
				[ $((at + 13)) -gt "$last" ]; then
				at=$last
			else
				at=$((at + 13))
			fi
		done
		[ "$moments" -eq 0 ] ||
			check_equal "$where: $call fails, $moments moments" 0 "$bad"
	done
}

run_ways torture
test_end
