#!/bin/sh
# SPDX-License-Identifier: ISC
# The service: root's helper behind a socket, ordinary users in front of it.
# shellcheck source=tests/integration/service_lib.sh
. "${top_srcdir:?}/tests/integration/service_lib.sh"

# said NAME TEXT: by what was checked last.
said() {
	cp "$T/check.out" "$T/said"
	check "$1" grep -Fq -e "$2" "$T/said"
}

json() {
	user "$TEST_UID" "" "$STOCKADE" run -C "$W" --json - -- true
}


ordinary() {
	check_output "a command runs" hello run -- echo hello
	check_status "and its status is told" 7 run -- sh -c 'exit 7'
	check_match "by the service, with ids of its own" \
		'.*"way":"service".*"idmapped":true.*' json
	run -- sh -c 'echo x >made; mkdir dir'
	check_output "what it makes is its user's" \
		"$TEST_UID:$TEST_GID $TEST_UID:$TEST_GID" \
		echo "$(stat -c %u:%g "$W/made") $(stat -c %u:%g "$W/dir")"
	rm -rf "$W/made" "$W/dir"
	check "nobody is served afterwards" within 10 idle
	check_output "the log is empty" "" cat "$T/service.log"
}

ceiling
start
ordinary
stop
start -a
ordinary
stop
start

# Its groups stay a peer's own, which is less than a sandbox could have.
lean() {
	user "$TEST_UID" "$1" timeout -s KILL 60 "$STOCKADE" run -C "$W" \
		--limit memory=none --limit pids=none --limit cpu-weight=none \
		--strict -- echo ran
}
if [ -n "$(cgroup_root)" ]; then
	check_output "--strict: what lacks nothing runs" ran lean ""
	check_status "what lacks something is refused" 125 lean "$GROUP"
	said "and named" "no-groups (they stay)"
fi

# The way is taken by itself only if there is no other.
user_dir other
O=$T/other
chown "$OTHER_UID" "$O"
check_match "without the socket it is another way" '.*"way":"rootless".*' \
	env SOCKET= sh -c "$(command -v setpriv) --reuid=$TEST_UID \
	--regid=$TEST_GID --clear-groups env -i PATH=\"$PATH\" \
	\"$STOCKADE\" run -C \"$W\" --json - -- true"
check_status "a socket that is not there" 125 \
	user "$TEST_UID" "" env STOCKADE_SOCKET="$T/none" \
	"$STOCKADE" run -C "$W" -- true
said "says how it is started" "systemctl start stockade.socket"

run1='' run2='' hold1='' hold2=''
# Two sandboxes of one user.
mkfifo "$W/go1" "$W/go2"
chown "$TEST_UID" "$W/go1" "$W/go2"
for i in 1 2; do
	run -- sh -c "echo secret >/tmp/mine; cat go$i >/dev/null; : stockade-test-$i; \
		cat /tmp/mine >got$i; ls /tmp >tmp$i" &
	eval "run$i=$!"
done
host_uid() {
	for dir in /proc/[0-9]*; do
		tr '\0' ' ' 2>/dev/null <"$dir/cmdline" |
			grep -q "^cat go$1 \$" || continue
		awk '/^Uid:/ {print $2, $3, $4, $5}' "$dir/status"
	done
}
has_uid() {
	UID_NOW=$(host_uid "$1")
	[ -n "$UID_NOW" ]
}
within 20 has_uid 1
uid1=$UID_NOW
within 20 has_uid 2
uid2=$UID_NOW
diag "host ids: $uid1; $uid2"
check "each has ids of its own" [ "${uid1% *}" != "${uid2% *}" ]
for uid in "$uid1" "$uid2"; do
	check "that are nobody's" [ "${uid%% *}" -ge 1879048192 ]
	check_equal "in all places" \
		"${uid%% *} ${uid%% *} ${uid%% *} ${uid%% *}" "$uid"
done
# The one's ids against the other's processes: outside of both, where they
# can be seen, for inside they cannot.
check_fails "the one may not signal the other" \
	setpriv --reuid="${uid1%% *}" --regid="${uid1%% *}" --clear-groups \
	kill -0 "$(pgrep -u "${uid2%% *}" | head -1)"
check "control: its own it may" \
	setpriv --reuid="${uid2%% *}" --regid="${uid2%% *}" --clear-groups \
	kill -0 "$(pgrep -u "${uid2%% *}" -x cat)"
check_fails "nor may their user" \
	setpriv --reuid=$TEST_UID --regid=$TEST_GID --clear-groups \
	kill -0 "$(pgrep -u "${uid2%% *}" | head -1)"
echo go1 >"$W/go1"
echo go2 >"$W/go2"
wait "$run1" "$run2"
check_output "each had a /tmp of its own" "secret secret" \
	sh -c "cat '$W/got1' '$W/got2' | xargs"
rm -f "$W"/go? "$W"/got? "$W"/tmp?

# Places.
ceiling 'service boxes 2'
hold() {
	rm -f "$W/up$1"
	become "$TEST_UID" "" "$STOCKADE" run -C "$W" -- \
		sh -c "echo up >up$1; exec sleep 98706" &
	eval "hold$1=$!"
	within 20 [ -s "$W/up$1" ] || diag "$1 does not run"
}
hold 1
hold 2
check_status "no more than one's places" 125 run -- true
said "and the user is told" "you have 2 sandboxes, which is all"
check_output "another user has places of its own" up \
	user "$OTHER_UID" "" "$STOCKADE" run -C "$O" -- echo up

# The count outlives nobody.
first=$(serving | awk '{print $1}')
kill -9 "$first"
one_left() {
	[ "$(serving | wc -w)" -eq 1 ]
}
within 10 one_left
check_output "a helper that is killed gives its place up" up run -- echo up
kill -9 "$hold1" "$hold2" 2>/dev/null
wait "$hold1" "$hold2" 2>/dev/null
check "a client that is killed leaves nobody" within 10 idle
check_output "no control group" "" sh -c \
	"find /sys/fs/cgroup -maxdepth 2 -name 'stockade-*' |
	grep -F -e '-$first-'"
check_fails "no process" pgrep -f "sleep 98706\$"
both() {
	hold 1
	hold 2
	cat "$W/up1" "$W/up2" | xargs
	kill "$hold1" "$hold2"
}
check_output "and the places are free" "up up" both

# What the ceiling says, for everybody and for a group.
ceiling 'limit memory 1G' 'service boxes 1'
memory() {
	user "$TEST_UID" "$1" "$STOCKADE" run -C "$W" -l memory="$2" -- true
}
check_status "the ceiling holds" 125 memory "" 2G
check "up to its limit" memory "" 1G
echo 'limit memory 2G' >"$DIR/ceiling.d/20-group.policy"
chgrp "$GROUP" "$DIR/ceiling.d/20-group.policy"
check "a group's file goes beyond" memory $GROUP 2G
check_status "as far as it says" 125 memory $GROUP 3G
check_status "for its members alone" 125 memory "" 2G
echo 'limit memory 512M' >"$DIR/ceiling.d/30-less.policy"
chgrp "$OTHER_UID" "$DIR/ceiling.d/30-less.policy"
check_status "the last of one's groups counts" 125 \
	memory $GROUP,$OTHER_UID 1G
check "the others are passed over" memory $GROUP 2G
echo 'limit memory lots' >"$DIR/ceiling.d/10-bad.policy"
check "another group's fault is none of ours" memory "" 1G
chgrp "$GROUP" "$DIR/ceiling.d/10-bad.policy"
check_status "one's own is" 125 memory $GROUP 1G
said "the user is told that it is another's" \
	"before its administrator has mended"
check "and the log says where" \
	grep -q '10-bad.policy:1:14: memory: "lots"' "$T/service.log"
rm "$DIR/ceiling.d/10-bad.policy"
chmod 664 "$DIR/ceiling.d/30-less.policy"
check_status "a file that others may write is a fault for all" 125 \
	memory "" 1G
ceiling "service directory $W/allowed"
mkdir "$W/allowed" "$W/other"
chown "$TEST_UID" "$W/allowed" "$W/other"
at() {
	user "$TEST_UID" "" "$STOCKADE" run -C "$1" -- true
}
check "a directory that the ceiling allows" at "$W/allowed"
check_status "one that it does not" 125 at "$W/other"
ln -s other "$W/link"
check_status "nor by a link" 125 at "$W/link"
mv "$W/allowed" "$W/was"
ln -s other "$W/allowed"
check_status "nor by an allowed name that is one" 125 at "$W/allowed"
ceiling

# By itself, where the user can make no namespaces.
auto() {
	unshare -m sh -c "
		mount -t tmpfs none /run && mkdir /run/stockade
		'$top_builddir/tests/lib/listen' /run/stockade/stockade.sock \
			'$top_builddir/tests/integration/jail-service' \
			--service 9>&- >'$T/auto.out' &
		pid=\$!
		while ! grep -q listening '$T/auto.out'; do sleep 0.05; done
		setpriv --reuid=$TEST_UID --regid=$TEST_GID --clear-groups \
			env -i PATH='$PATH' $1 '$STOCKADE' run -C '$W' \
			--json - -- true
		kill \$pid"
}
cp "$top_builddir/tests/lib/enosys" "$BIN/enosys"
check_match "the service is taken where nothing else works" \
	'.*"way":"service".*' auto "enosys unshare"
check_match "and not where something does" '.*"way":"rootless".*' auto ""
test_end
