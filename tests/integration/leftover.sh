#!/bin/sh
# SPDX-License-Identifier: ISC
# kill -9 of any process of ours at any moment leaves nothing behind.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
alone -x
on_exit kill_marked

MARK=stockade-leftover-$$

# A box with a mark on all its processes; $pid is stockade's own.
start() {
	# shellcheck disable=SC2086
	as_exec "$STOCKADE" run ${RUN_OPTIONS-} -C "$W" -- sh -c \
		"/workspace/probe linger $MARK; echo up >$MARK.up
		sleep 60; : $MARK" >/dev/null 2>&1 &
	pid=$!
}

# Records of the network are kept where the user can write.
as_exec() {
	mkdir -p "$T/home" && chown "$TEST_UID:$TEST_GID" "$T/home"
	set -- PATH="$PATH" HOME="$T" "$@"
	[ "$WAY" = root ] ||
		set -- XDG_STATE_HOME="$T/home/.local/state" "$@"
	[ "$WAY" != sudo ] ||
		set -- SUDO_UID="$TEST_UID" SUDO_GID="$TEST_GID" "$@"
	set -- env -i "$@"
	if [ "$WAY" = rootless ] && is_root; then
		set -- setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
			--clear-groups "$@"
	fi
	exec "$@"
}

# Everything below a process, itself first.
descendants() {
	echo "$1"
	# shellcheck disable=SC2013
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		descendants "$child"
	done
}

# role NAME: the process of $all that is helper, janitor, init or command; of
# the network's broker, who watches and who works.
role() {
	for p in $all; do
		name=$(cat "/proc/$p/comm" 2>/dev/null)
		inner=$(awk '/^NSpid:/ { print $NF }' "/proc/$p/status" \
			2>/dev/null)
		case $1:$p:$name:$inner in
		"stockade:$pid:"*) echo "$p" ;;
		init:*:stockade-jail:1) echo "$p" ;;
		janitor:*:stockade-jail:"$p") [ "$p" = "$(helper)" ] ||
			echo "$p" ;;
		helper:*) helper ;;
		command:*:sh:*) echo "$p" ;;
		watcher:*:stockade-egress:*) [ -z "$(children "$p")" ] ||
			echo "$p" ;;
		worker:*:stockade-egress:*) [ -n "$(children "$p")" ] ||
			echo "$p" ;;
		esac
	done | head -n 1
}

children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# The first of them that is called so.
helper() {
	for h in $all; do
		grep -sqx stockade-jail "/proc/$h/comm" || continue
		echo "$h"
		break
	done
}

# What was not there when we began. Tests beside us have folders there, too.
temp_files() {
	find "${TMPDIR:-/tmp}" /run /dev/shm -maxdepth 1 -name '*stockade*' \
		! -name 'stockade-test*' ! -name 'stockade-demo.*' \
		! -name 'stockade-bench.*' ! -name 'stockade-doctor.*' -newer "$T/began" 2>/dev/null
}

mounts() {
	wc -l </proc/self/mountinfo
}

nothing_left() {
	within 5 none_marked "$MARK" || {
		diag "left: $(for p in $(marked "$MARK"); do
			tr '\0' ' ' <"/proc/$p/cmdline"; echo; done)"
		kill_marked
		return 1
	}
	for p in "$@"; do
		within 5 gone "$p" || {
			diag "process $p is left:" \
				"$(tr '\0' ' ' <"/proc/$p/cmdline")"
			kill -9 "$p"
			return 1
		}
	done
	within 5 no_stale_cgroups || {
		diag "left: $(stale_cgroups)"
		return 1
	}
	[ -z "$(temp_files)" ] || {
		diag "left: $(temp_files)"
		return 1
	}
	[ "$(mounts)" = "$mounts_before" ]
}

gone() {
	[ ! -e "/proc/$1" ] || grep -sq '^State:.*Z' "/proc/$1/status"
}

running() {
	rm -f "$W/$MARK.up"
	start
	within 10 test -e "$W/$MARK.up" || diag "it did not start"
	all=$(descendants "$pid")
}

# Its end is not the sandbox's.
apart() {
	case $1 in
	janitor | watcher | worker) return 0 ;;
	esac
	return 1
}

# kill_running ROLE: the sandbox ends with it. Not so the janitor's: who has
# nothing to do but to tidy up after the helper.
kill_running() {
	running
	victim=$(role "$1")
	# Where no cgroup can be made there is nothing for it to do.
	if [ "$1" != janitor ] || [ -n "$victim" ]; then
		check "$1 is there to be killed" test -n "$victim"
	fi
	kill -9 "${victim:-$pid}"
	! apart "$1" || kill -TERM "$pid"
	# shellcheck disable=SC2086
	check "kill -9 of $1 leaves nothing" nothing_left $all
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	check_output "and the next run works" fine inside echo fine
}

# And of each at many moments of a start. Before there is one, stockade.
kill_starting() {
	delay=0
	bad=0
	while [ "$delay" -lt 25 ]; do
		start
		sleep "0.$(printf %03d "$delay")"
		all=$(descendants "$pid")
		victim=$(role "$1")
		kill -9 "${victim:-$pid}" 2>/dev/null
		! apart "$1" || kill -TERM "$pid" 2>/dev/null
		# shellcheck disable=SC2086
		nothing_left "$pid" $all || {
			bad=$((bad + 1))
			diag "($1 killed after $delay ms)"
			kill -9 "$pid" 2>/dev/null
		}
		wait "$pid" 2>/dev/null
		delay=$((delay + 2))
	done
	check_equal "kill -9 of $1 while it starts, 13 moments" 0 "$bad"
	check_output "and the next run works" fine inside echo fine
}

# All that could tidy up, at one blow: then the next box sweeps.
together() {
	running
	victims="$pid $(role helper) $(role janitor)"
	# shellcheck disable=SC2086
	kill -9 $victims 2>/dev/null
	wait "$pid" 2>/dev/null
	check "stockade, helper, janitor at once: no process" \
		within 5 none_marked "$MARK"
	check_output "and the next run works" fine inside echo fine
	# shellcheck disable=SC2086
	check "and has tidied up" nothing_left $all
}

leftover() {
	: >"$T/began"
	mounts_before=$(mounts)
	check "before anything: nothing" nothing_left
	for who in stockade helper janitor init command ${ROLES-}; do
		kill_running "$who"
	done
	for who in stockade helper janitor init ${ROLES-}; do
		kill_starting "$who"
	done
	together
}

run_ways leftover
test_end
