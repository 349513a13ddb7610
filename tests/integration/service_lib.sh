# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What the service's tests share: a helper with a ceiling of ours, on a socket
# of ours, and users who can reach nothing else.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
is_root || skip_all "the service is root's to start"
WAY=service

DIR=$top_builddir/tests/integration/service.d
export OTHER_UID=4343
export GROUP=4444

# The path of the ceiling is compiled in: one test at a time.
exec 9>"$top_builddir/tests/integration/service.lock"
flock 9

# shellcheck disable=SC2120
# start [-a]: the helper on a socket of ours.
start() {
	SOCKET=$T/socket
	rm -f "$SOCKET"
	"$top_builddir/tests/lib/listen" ${1:+"$1"} "$SOCKET" \
		"$top_builddir/tests/integration/jail-service" --service \
		>"$T/listen.out" 2>"$T/service.log" 9>&- &
	LISTENER=$!
	within 10 grep -qs listening "$T/listen.out" || bail "no socket"
}

stop() {
	[ -z "${LISTENER-}" ] || kill "$LISTENER"
	LISTENER=
}

leave() {
	stop
	rm -rf "$DIR"
}
on_exit leave

ceiling() {
	rm -rf "$DIR"
	mkdir -p "$DIR/ceiling.d"
	printf '%s\n' "$@" >"$DIR/ceiling.policy"
}

# user UID GROUPS COMMAND...: with the socket and nothing else.
user() {
	(become "$@")
}

# The same in place of this shell.
become() {
	user_uid=$1 user_groups=$2
	shift 2
	if [ -n "$user_groups" ]; then
		user_groups="--groups=$user_groups"
	else
		user_groups=--clear-groups
	fi
	exec setpriv --reuid="$user_uid" --regid="$user_uid" "$user_groups" \
		env -i PATH="$PATH" HOME="$T" STOCKADE_SOCKET="$SOCKET" "$@"
}

run() {
	user "$TEST_UID" "" timeout -s KILL 60 "$STOCKADE" run -C "$W" "$@"
}

# Helpers that serve somebody: children of the listener, or it is each one's.
serving() {
	cat "/proc/$LISTENER/task/$LISTENER/children"
}

idle() {
	[ -z "$(serving)" ]
}

new_dir work
W=$T/work
chown $TEST_UID:$TEST_GID "$W"
