#!/bin/sh
# SPDX-License-Identifier: ISC
# On a kernel without the newer system calls it works by the older road, with
# nothing less in force that is not told, or refuses and says what is missing.
# Some suites too; all of them, with each call by itself, with TORTURE=full.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# What an older road is there for. Landlock and id-mapped mounts have none:
# without them the facts say so.
OLDER="clone3 close_range openat2 pidfd_open,pidfd_send_signal
	mount_setattr landlock_create_ruleset"
ALL=$(printf %s "$OLDER" | tr -s ' \n\t' ,)
# Linux 5.10: what came after it, and a close_range that cannot but close.
LINUX_5_10=close_range=EINVAL,mount_setattr,landlock_create_ruleset

OLD_KERNEL=getpid # the wrapper is made; each check says what it lacks
test_begin
alone -x
on_exit kill_marked

MARK=stockade-old-$$

# old CALLS [OPTION...] -- COMMAND...: box() without these calls.
old() {
	calls=$1
	shift
	as timeout --foreground -s KILL 60 "$BIN/old/enosys" "$calls" \
		"$BIN/old/stockade" run -C "$W" "$@"
}

new() {
	as timeout --foreground -s KILL 60 "$BIN/old/stockade" run -C "$W" "$@"
}

mounts_of() {
	"$@" -- awk '{ print $5, $6 }' /proc/self/mountinfo |
		sed 's/,idmapped//' | sort
}

open_files() {
	exec 7</dev/null
	old "$1" -- sh -c 'ls /proc/self/fd | tr "\n" " "'
	exec 7<&-
}

# Pid 1's death is seen, though there may be no descriptor of it.
pid_1_dies() {
	old "$1" -- sh -c "echo up >$MARK.up; sleep 50; : $MARK" \
		>"$T/out" 2>&1 &
	waiter=$!
	within 10 test -e "$W/$MARK.up" || return 1
	for pid in $(all_init); do
		kill -9 "$pid"
	done
	wait "$waiter"
	status=$?
	rm -f "$W/$MARK.up"
	[ "$status" -eq 125 ] && within 5 none_marked "$MARK"
}

# Pid 1 of the box that the marked command is in.
all_init() {
	for pid in $(marked "$MARK"); do
		ns=$(readlink "/proc/$pid/ns/pid")
		[ "$ns" != "$(readlink /proc/self/ns/pid)" ] || continue
		for p in /proc/[0-9]*; do
			[ "$(readlink "$p/ns/pid" 2>/dev/null)" = "$ns" ] &&
				grep -q '^NSpid:.*[[:space:]]1$' "$p/status" &&
				echo "${p#/proc/}"
		done
	done 2>/dev/null | sort -u
}

works() {
	check_output "$1: a command runs" fine old "$1" -- echo fine
	check_status "$1: its status" 7 old "$1" -- sh -c 'exit 7'
	check_status "$1: what is not there" 127 old "$1" -- no-such-program
	mounts_of old "$1" >"$T/old-mounts"
	check_equal "$1: no mount less, and with the same flags" "" \
		"$(mounts_of new | comm -23 - "$T/old-mounts")"
	check_equal "$1: no descriptor comes along" "0 1 2 3 " \
		"$(open_files "$1")"
	check_status "$1: the time-out" 124 old "$1" --timeout 300ms -- sh -c \
		"/workspace/probe linger $MARK-$WAY; sleep 50"
	check "$1: and nothing outlives it" within 2 none_marked "$MARK-$WAY"
	check "$1: the end of pid 1 is seen" pid_1_dies "$1"
	# Others may leave theirs beside us: swept by a run with time.
	if [ "$WAY" = root ]; then
		old "$1" -- sleep 1.5
		check "$1: no cgroup is left" within 5 no_stale_cgroups
	fi
}

# What it is is told; what it needs is named.
# refuses CALL WORDS [ARGUMENT]
refuses() {
	check_match "$1: refused, by name" "stockade run: .*$2.*" \
		old "$1" -- true ${3+"$3"}
	check_status "$1: with 125" 125 old "$1" -- true ${3+"$3"}
}

facts() {
	old "$1" --json - -- true >"$CTL/facts"
	json "$CTL/facts" \
		'"%d %d" % (o["sandbox"]["landlock_abi"], o["sandbox"]["idmapped"])'
}

old_kernel() {
	works "$ALL"
	if [ "${TORTURE-}" = full ]; then
		for calls in "$LINUX_5_10" $OLDER; do
			works "$calls"
		done
	fi
	check_equal "what has no older road is told: Landlock, id maps" "0 0" \
		"$(facts "$ALL")"
	for calls in open_tree move_mount fsopen fsconfig fsmount; do
		refuses "$calls" 'needs Linux 5\.2'
	done
	refuses memfd_create 'pass the command line' "$(printf %05000d 0)"
	check_status "memfd_create: a short command line needs none" 0 \
		old memfd_create -- true
	refuses landlock_restrict_self 'restrict'
}

# suite CALLS FILE: a test of shell, without these calls.
suite() {
	OLD_KERNEL=$1 STOCKADE_WAYS="${3-}" sh "$2" >"$T/suite" 2>&1 8>&-
	check "$1: ${2##*/}, $(grep -c '^ok' "$T/suite") points" suite_passed
}

suite_passed() {
	grep -E -A 3 '^(not ok|Bail out)' "$T/suite" && return 1
	grep -q '^1\.\.[1-9]' "$T/suite"
}

# program CALLS PROGRAM: one of C.
program() {
	if [ ! -x "$top_builddir/$2" ]; then
		skip "$1: ${2##*/}" "it is not built"
		return
	fi
	"$BIN/old/enosys" "$1" "$top_builddir/$2" >"$T/suite" 2>&1
	check_equal "$1: ${2##*/}" "0 " \
		"$? $(grep -E '^not ok' "$T/suite")"
}

suites() {
	WAY=
	program close_range tests/unit/test_fd
	program close_range=EINVAL tests/unit/test_fd
	program openat2,pidfd_open,close_range,clone3 \
		tests/integration/test_inside
	if [ "${TORTURE-}" != full ]; then
		for name in inheritance mounts; do
			suite "$ALL" "$top_srcdir/tests/isolation/$name.sh"
		done
		return
	fi
	program openat2,pidfd_open,close_range,clone3 \
		tests/integration/test_peer
	for calls in clone3 close_range openat2 pidfd_open \
		landlock_create_ruleset clone3,close_range,openat2,pidfd_open
	do
		for file in "$top_srcdir"/tests/isolation/*.sh \
			"$top_srcdir"/tests/integration/run_*.sh
		do
			suite "$calls" "$file"
		done
	done
	# Without id-mapped mounts root's box has root's id on the host, and
	# what uid 0 may list in /proc, it may.
	for file in "$top_srcdir"/tests/isolation/*.sh; do
		case $file in
		*/kernel_fs.sh) continue ;; # a / with mounts over mounts
		esac
		suite mount_setattr "$file" "sudo rootless"
	done
}

run_ways old_kernel
suites
test_end
