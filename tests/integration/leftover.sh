#!/bin/sh
# SPDX-License-Identifier: ISC
# kill -9 of any process of ours at any moment leaves nothing behind.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
on_exit kill_marked

MARK=stockade-leftover-$$

kill_marked() {
	for pid in $(marked "$MARK"); do
		kill -9 "$pid" 2>/dev/null
	done
}

# A box with a mark on all its processes; $pid is stockade's own.
start() {
	as_exec "$STOCKADE" run -C "$W" -- sh -c \
		"/workspace/probe linger $MARK; echo up >$MARK.up
		sleep 60; : $MARK" >/dev/null 2>&1 &
	pid=$!
}

as_exec() {
	set -- PATH="$PATH" HOME="$T" "$@"
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

# Temporary files of whatever name; what our own test keeps is in $T.
temp_files() {
	find "${TMPDIR:-/tmp}" /run /dev/shm -maxdepth 2 \
		-name '*stockade*' ! -path "$T*" 2>/dev/null
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
	[ "$(temp_files)" = "$files_before" ] || {
		diag "left: $(temp_files)"
		return 1
	}
	[ "$(mounts)" = "$mounts_before" ]
}

gone() {
	[ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

running() {
	rm -f "$W/$MARK.up"
	start
	within 10 test -e "$W/$MARK.up" || diag "it did not start"
	all=$(descendants "$pid")
}

# Kills the nth process of the tree (stockade, helper, init, command...).
kill_running() {
	running
	victim=$(echo "$all" | sed -n "$1p")
	if [ -z "$victim" ]; then
		not_ok "$2 is there to be killed" "$all"
		victim=$pid
	fi
	kill -9 "$victim"
	# shellcheck disable=SC2086
	check "kill -9 of $2 leaves nothing" nothing_left $all
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	check_output "and the next run works" fine inside echo fine
}

# And of each at many moments of a start.
kill_starting() {
	delay=0
	bad=0
	while [ "$delay" -lt 40 ]; do
		start
		sleep "0.$(printf %03d "$delay")"
		all=$(descendants "$pid")
		victim=$(echo "$all" | sed -n "$1p")
		kill -9 "${victim:-$pid}" 2>/dev/null
		[ "$1" -eq 1 ] || within 5 gone "$pid" || {
			bad=$((bad + 1))
			diag "stockade lives on without $2 at $delay ms"
			kill -9 "$pid"
		}
		wait "$pid" 2>/dev/null
		# shellcheck disable=SC2086
		nothing_left $all || {
			bad=$((bad + 1))
			diag "(at $delay ms)"
		}
		delay=$((delay + 1))
	done
	check_equal "kill -9 of $2 while it starts, 40 moments" 0 "$bad"
	check_output "and the next run works" fine inside echo fine
}

# Whose parent is whom is our own affair; that there are at least three
# (stockade, helper, init) before the command is the design.
leftover() {
	files_before=$(temp_files)
	mounts_before=$(mounts)
	check "before anything: nothing" nothing_left
	kill_running 1 "stockade"
	kill_running 2 "the helper"
	kill_running 3 "init"
	kill_running 4 "the fourth"
	kill_starting 1 "stockade"
	kill_starting 2 "the helper"
	kill_starting 3 "init"
	together
}

# All at one blow, but for the last of them.
together() {
	running
	for p in $(echo "$all" | head -n 2); do
		kill -9 "$p" 2>/dev/null
	done
	wait "$pid" 2>/dev/null
	# shellcheck disable=SC2086
	check "kill -9 of stockade and helper together" nothing_left $all
	check_output "and the next run works" fine inside echo fine
}

run_ways leftover
test_end
