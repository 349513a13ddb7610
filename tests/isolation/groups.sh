#!/bin/sh
# SPDX-License-Identifier: ISC
# The caller's other groups: dropped where his subordinate ids allow it, told
# where they stay.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
is_root || skip_all "needs root to be a user of several groups"
[ -z "$ROOTLESS_WHY" ] || skip_all "$ROOTLESS_WHY"

WAY=rootless
user_dir work
W=$T/work

# An /etc in which the user has a name, in a mount namespace that goes away.
mkdir "$T/etc"
cp -a /etc/passwd /etc/group /etc/subgid /etc/subuid /etc/login.defs \
	/etc/nsswitch.conf /etc/ld.so.cache /etc/alternatives /etc/ssl \
	/etc/services /etc/protocols /etc/pam.d /etc/security "$T/etc/" \
	2>/dev/null
echo "somebody:x:$TEST_UID:$TEST_GID::/:/bin/sh" >>"$T/etc/passwd"
echo "somebody:x:$TEST_GID:" >>"$T/etc/group"

# of_groups SUBGID-LINE COMMAND...
of_groups() {
	echo "$1" >"$T/etc/subgid"
	shift
	unshare -m sh -c 'mount --bind "$0" /etc && exec "$@"' "$T/etc" \
		setpriv --reuid=$TEST_UID --regid=$TEST_GID \
		--groups="$TEST_GID,4300,4301" env -i PATH="$PATH" HOME="$T" \
		"$@"
}

run_box() {
	line=$1
	shift
	of_groups "$line" timeout -s KILL 60 "$STOCKADE" run -C "$W" "$@"
}

SOME="somebody:700000:65536"
NONE="other:700000:65536"
groups='grep ^Groups: /proc/self/status | wc -w'

check_output "control: they are there outside" 4 \
	of_groups "$SOME" sh -c "$groups"
check_output "with subordinate ids none is left" 1 \
	run_box "$SOME" -- sh -c "$groups"
check_match "and the result says by which" '.*"ids":"subordinate".*' \
	run_box "$SOME" --json - -- true
check_match "and that they are gone" '.*"groups":false.*' \
	run_box "$SOME" --json - -- true
check_output "by number as well as by name" 1 \
	run_box "$TEST_UID:700000:65536" -- sh -c "$groups"
run_box "$SOME" -- touch new
check_equal "a file comes out as the user's and his group's" \
	"$TEST_UID:$TEST_GID" "$(stat -c %u:%g "$W/new")"
check_output "without, they stay" 4 run_box "$NONE" -- sh -c "$groups"
check_match "and the result says so" '.*"ids":"single","groups":true.*' \
	run_box "$NONE" --json - -- true
check_match "a caller without any needs none" \
	'.*"ids":"single","groups":false.*' \
	as_user "$STOCKADE" run -C "$W" --json - -- true

# A group that is let in nowhere else: what it opens outside stays shut.
echo secret >"$W/of-group"
chown 0:4300 "$W/of-group"
chmod 640 "$W/of-group"
check_output "control: a group's file is open outside" secret \
	of_groups "$SOME" cat "$W/of-group"
check_fails "and shut inside" run_box "$SOME" -- cat of-group

check_match "a line that newgidmap refuses is told" \
	'.*newgidmap refused 700000.*' \
	run_box "somebody:700000:-1" -- true
test_end
