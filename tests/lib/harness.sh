# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# The shell tests' common ground: TAP points, the ways in, a place to work.
#
# A test sources this, calls test_begin, checks, and ends with test_end. As
# root every property is asked of the root-first way in (plain, and as sudo
# would call it) and, by setpriv, of the rootless one; as an ordinary user of
# the rootless one only. run_ways calls a function once a way, with
#   WAY  root, sudo or rootless
#   W    a workspace of that way's user
#   CTL  a directory outside of any box, of the ordinary user
#
# MUST_RUN=1 turns each skip into a failure, but for a feature that the
# running kernel does not have.

# shellcheck disable=SC2154
: "${top_builddir:?run by make check}"

# An ordinary user that needs no entry in any table.
TEST_UID=4242
TEST_GID=4242

test_count=0

test_begin() {
	exec </dev/null
	set -u
	unset SUDO_UID SUDO_GID SUDO_USER SUDO_COMMAND CDPATH ENV
	umask 022
	T=$(mktemp -d "${TMPDIR:-/tmp}/stockade-test.XXXXXX") || bail "mktemp"
	chmod 755 "$T"
	trap 'test_cleanup' EXIT
	trap 'exit 143' TERM
	trap 'exit 130' INT HUP
	BIN=$T/bin
	mkdir "$BIN"
	PROBE=$BIN/probe
	cp "$top_builddir/tests/lib/probe/probe" "$PROBE" || bail "no probe"
	test_install
	ROOTLESS_WHY=$(rootless_missing)
}

# Copies what a user who cannot read the build tree must be able to run.
test_install() {
	STOCKADE=$BIN/stockade
	for exe in stockade stockade-jail ${TEST_ALSO-}; do
		[ -x "$top_builddir/$exe" ] ||
			skip_all "$exe is not built"
		cp "$top_builddir/$exe" "$BIN/$exe" || bail "copy of $exe"
	done
	[ -z "${OLD_KERNEL-}" ] || test_install_old
	PATH=$BIN:$PATH
	export PATH
}

# OLD_KERNEL=CALL[,CALL...]: stockade, and all that it starts, does without
# these system calls.
test_install_old() {
	[ -x "$top_builddir/tests/lib/enosys" ] ||
		skip_all "tests/lib/enosys is not built"
	mkdir "$BIN/old"
	mv "$BIN/stockade" "$BIN/old"
	cp "$BIN/stockade-jail" "$top_builddir/tests/lib/enosys" "$BIN/old"
	cat >"$BIN/stockade" <<-END
	#!/bin/sh
	exec "$BIN/old/enosys" "$OLD_KERNEL" "$BIN/old/stockade" "\$@"
	END
	chmod 755 "$BIN/stockade"
}

test_cleanup() {
	status=$?
	trap - EXIT
	for hook in ${test_hooks-}; do
		$hook
	done
	rm -rf "$T"
	exit "$status"
}

# on_exit FUNCTION: called before the temp dir goes.
on_exit() {
	test_hooks="${test_hooks-} $1"
}

# The plan; the points have said what failed, a status would count it twice.
test_end() {
	echo "1..$test_count"
	exit 0
}

bail() {
	echo "Bail out! $*"
	exit 99
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

tap_point() {
	test_count=$((test_count + 1))
	echo "$1 $test_count - ${WAY:+$WAY: }$2"
}

# ok NAME / not_ok NAME [WHY...]
ok() {
	tap_point ok "$1"
}

not_ok() {
	tap_point "not ok" "$1"
	shift
	[ $# -eq 0 ] || diag "$@"
}

# skip NAME REASON: a failure under MUST_RUN=1.
skip() {
	if [ "${MUST_RUN-0}" = 1 ]; then
		not_ok "$1" "must run, but: $2"
	else
		tap_point ok "$1 # SKIP $2"
	fi
}

# skip_kernel NAME REASON: the running kernel lacks it; never a failure.
skip_kernel() {
	tap_point ok "$1 # SKIP $2"
}

skip_all() {
	if [ "${MUST_RUN-0}" = 1 ]; then
		echo "1..1"
		echo "not ok 1 - must run, but: $*"
		exit 1
	fi
	echo "1..0 # SKIP $*"
	exit 0
}

# check NAME COMMAND...: passes if it exits with 0.
check() {
	test_name=$1
	shift
	check_status "$test_name" 0 "$@"
}

# check_status NAME STATUS COMMAND...
check_status() {
	test_name=$1 test_want=$2
	shift 2
	"$@" >"$T/check.out" 2>&1
	test_got=$?
	if [ "$test_got" -eq "$test_want" ]; then
		ok "$test_name"
	else
		not_ok "$test_name" "status $test_got, not $test_want: $*" \
			"
$(head -c 2000 "$T/check.out")"
	fi
}

check_fails() {
	test_name=$1
	shift
	if "$@" >"$T/check.out" 2>&1; then
		not_ok "$test_name" "succeeded: $*"
	else
		ok "$test_name"
	fi
}

# check_output NAME WANT COMMAND...: stdout, trailing newlines aside.
check_output() {
	test_name=$1 test_want=$2
	shift 2
	test_got=$("$@" 2>"$T/check.err")
	check_equal "$test_name" "$test_want" "$test_got"
	[ ! -s "$T/check.err" ] || diag "$(head -c 500 "$T/check.err")"
}

check_equal() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "want: $2" "
got:  $3"
	fi
}

# check_match NAME ERE COMMAND...: a line of its output matches as a whole.
check_match() {
	test_name=$1 test_want=$2
	shift 2
	"$@" >"$T/check.out" 2>&1
	test_got=$?
	if grep -Eqx -e "$test_want" "$T/check.out"; then
		ok "$test_name"
	else
		not_ok "$test_name" "no line like: $test_want (status" \
			"$test_got)
$(head -c 2000 "$T/check.out")"
	fi
}

# check_no_match NAME ERE COMMAND...: succeeds, and no line matches.
check_no_match() {
	test_name=$1 test_want=$2
	shift 2
	"$@" >"$T/check.out" 2>&1
	test_got=$?
	if [ "$test_got" -ne 0 ] || grep -Eq -e "$test_want" "$T/check.out"
	then
		not_ok "$test_name" "status $test_got, or a line like" \
			"$test_want:
$(head -c 2000 "$T/check.out")"
	else
		ok "$test_name"
	fi
}

# within SECONDS COMMAND...: polls until the command succeeds.
within() {
	test_left=$(($1 * 20))
	shift
	while ! "$@"; do
		test_left=$((test_left - 1))
		[ "$test_left" -gt 0 ] || return 1
		sleep 0.05
	done
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}

# Why this machine cannot run rootless sandboxes; nothing if it can.
rootless_missing() {
	WAY=rootless as unshare -Urmn true 2>/dev/null ||
		echo "no unprivileged user namespaces here"
}

# as COMMAND...: runs it as the user of $WAY, with a bare environment.
as() {
	case $WAY in
	root)
		env -i PATH="$PATH" HOME="$T" TERM=dumb \
			${BOX_ENV:+"$BOX_ENV"} "$@" ;;
	sudo)
		# Root's home, as some sudo leaves it: nobody's of ours.
		mkdir -p "$T/home" && chown $TEST_UID:$TEST_GID "$T/home"
		env -i PATH="$PATH" HOME="$T" TERM=dumb \
			XDG_STATE_HOME="$T/home/.local/state" \
			SUDO_UID=$TEST_UID SUDO_GID=$TEST_GID \
			SUDO_USER=somebody ${BOX_ENV:+"$BOX_ENV"} "$@" ;;
	*)
		as_user "$@" ;;
	esac
}

# The same as an ordinary user, whoever we are.
as_user() {
	if is_root; then
		mkdir -p "$T/home" && chown $TEST_UID:$TEST_GID "$T/home"
		setpriv --reuid=$TEST_UID --regid=$TEST_GID --clear-groups \
			env -i PATH="$PATH" HOME="$T/home" TERM=dumb \
			${BOX_ENV:+"$BOX_ENV"} "$@"
	else
		env -i PATH="$PATH" HOME="$T" TERM=dumb \
			${BOX_ENV:+"$BOX_ENV"} "$@"
	fi
}

# new_dir NAME: an empty directory that belongs to $WAY's user.
new_dir() {
	user_dir "$1"
	if [ "$WAY" = root ]; then
		chown 0:0 "$T/$1"
	fi
}

# user_dir NAME: one that belongs to the ordinary user.
user_dir() {
	rm -rf "${T:?}/$1"
	mkdir "$T/$1"
	! is_root || chown $TEST_UID:$TEST_GID "$T/$1"
}

# run_ways FUNCTION: once for each way in that this user has.
run_ways() {
	for WAY in ${STOCKADE_WAYS:-root sudo rootless}; do
		case $WAY in
		root | sudo)
			is_root || continue ;;
		*)
			if [ -n "$ROOTLESS_WHY" ]; then
				skip_kernel "all of it" "$ROOTLESS_WHY"
				continue
			fi ;;
		esac
		new_dir "work-$WAY"
		user_dir "ctl-$WAY"
		# shellcheck disable=SC2034 # for the tests
		W=$T/work-$WAY CTL=$T/ctl-$WAY
		cp "$PROBE" "$W/probe"
		"$1"
	done
	WAY=
}

# box [OPTION...] -- COMMAND...: `stockade run` on $W as $WAY's user. If it
# hangs it ends with 137, which no test here expects.
box() {
	as timeout --foreground -s KILL 60 "$STOCKADE" run -C "$W" "$@"
}

# inside COMMAND...: the same without options.
inside() {
	box -- "$@"
}

# marked MARK: pids of host processes whose command line says MARK. The mark
# is read from a file, so that who looks does not find itself.
marked() {
	printf '%s\n' "$1" >"$T/mark"
	grep -als -f "$T/mark" /proc/[0-9]*/cmdline |
		sed 's|^/proc/||; s|/cmdline$||'
}

none_marked() {
	[ -z "$(marked "$1")" ]
}

# Where the v2 tree is mounted, and our cgroups in it.
cgroup_root() {
	awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts
}

box_cgroups() {
	test_root=$(cgroup_root)
	[ -z "$test_root" ] ||
		find "$test_root" -type d -name 'stockade-*' 2>/dev/null
}

# Those whose maker is gone: the name begins with its process id. Others may
# be at work beside us.
stale_cgroups() {
	box_cgroups | while read -r test_dir; do
		test_pid=${test_dir##*/stockade-}
		# a zombie that nobody has reaped yet is dead, too
		grep -sq '^State:.[^ZX]' "/proc/${test_pid%%-*}/status" ||
			[ ! -d "$test_dir" ] || echo "$test_dir"
	done
}

# alone -x|-s: who kills all of ours at once leaves a cgroup until the next box
# sweeps it, and runs alone; who looks for such leavings, among his like (-s).
# Not again for a test that one of them runs.
alone() {
	[ -z "${TEST_ALONE-}" ] || return 0
	export TEST_ALONE=1
	exec 8>"$top_builddir/tests/alone.lock"
	flock "$1" 8
}

# Those of a test's processes that say so in their command line.
kill_marked() {
	for test_pid in $(marked "$MARK"); do
		kill -9 "$test_pid" 2>/dev/null
	done
}

no_stale_cgroups() {
	[ -z "$(stale_cgroups)" ]
}

# json FILE EXPRESSION: prints what Python makes of the object `o`.
json() {
	/usr/bin/python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
v = eval(sys.argv[2])
print(json.dumps(v) if not isinstance(v, str) else v)' "$1" "$2"
}

# needs COMMAND...: skips the whole test if one is missing.
needs() {
	for test_need; do
		command -v "$test_need" >/dev/null ||
			skip_all "no $test_need"
	done
}
