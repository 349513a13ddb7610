#!/bin/sh
# SPDX-License-Identifier: ISC
# Where systemd is the first process: what it hands over to a user is what
# holds the limits, what it does not is left alone; and its socket starts the
# service for two users who cannot reach each other's sandboxes. Runs in the
# machine of vm.sh.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
[ "${VM_GUEST-}" = 1 ] ||
	skip_all "only in the machine of vm.sh"
[ "$(cat /proc/1/comm)" = systemd ] ||
	skip_all "systemd is not the first process"
test_begin
HOG='x = bytearray(200 << 20)'
BOB_UID=4343 CAROL_UID=4545
UNITS=/run/systemd/system

# Alice is the harness's ordinary user.
users() {
	for user in "alice $TEST_UID" "bob $BOB_UID" "carol $CAROL_UID"; do
		name=${user% *} uid=${user#* }
		mkdir -p "$T/$name/w"
		useradd -U -u "$uid" -d "$T/$name" -M -s /bin/sh "$name" ||
			bail "useradd $name"
		chown -R "$uid:$uid" "$T/$name"
	done
}

# user NAME COMMAND...: with the groups that the tables say.
user() {
	(become "$@")
}

# The same in place of this shell.
become() {
	user_name=$1
	shift
	exec setpriv --reuid="$user_name" --regid="$user_name" --init-groups \
		env -i PATH="$PATH" HOME="$T/$user_name" TERM=dumb \
		XDG_RUNTIME_DIR="/run/user/$(id -u "$user_name")" "$@"
}

# The user's own manager, as a login starts it.
manager() {
	systemctl start "user@$TEST_UID.service"
	within 60 [ -S "/run/user/$TEST_UID/bus" ] || bail "no user manager"
}

# The result of limited boxes is written by their user.
result() {
	R=$T/alice/result
	rm -f "$R"
}

told() {
	check_output "$1" "$2" json "$R" "$3"
}

# hog COMMAND...: which gets the rest, a box that its memory limit ends.
hog() {
	result
	check_status "$NAME: the box ends by its limit of memory" 137 "$@" \
		"$STOCKADE" run -C "$T/alice/w" --json "$R" \
		--limit memory=48M --limit pids=50 --limit cpu=50% -- \
		/usr/bin/python3 -c "$HOG"
	told "$NAME: which is said" memory 'o["limit_hit"]'
}

held() {
	for limit in memory pids cpu; do
		told "$NAME: $limit is held by the kernel" cgroup \
			"o['enforced']['$limit']"
	done
	check "$NAME: no control group is left" within 10 no_stale_cgroups
}

not_held() {
	told "$NAME: memory is held by the watchdog" watchdog \
		'o["enforced"]["memory"]'
}

scope() {
	user alice systemd-run --user --scope -q "$@"
}

unit() {
	systemd-run --wait --pipe --collect -q -p User=alice "$@"
}

# Directories of ours, and controllers switched on, in what is alice's.
own_traces() {
	find /sys/fs/cgroup -name 'stockade*'
	find /sys/fs/cgroup/user.slice -name 'run-*.scope' \
		-exec cat {}/cgroup.subtree_control ';'
}

# Lets go whom NAME's pipe holds; nobody may be there.
release() {
	timeout 5 sh -c 'echo go >"$0"' "$T/$1/w/go"
}

# traces COMMAND...: those while a box of it runs.
traces() {
	rm -f "$T/alice/w/up" "$T/alice/w/go"
	user alice mkfifo "$T/alice/w/go"
	"$@" "$STOCKADE" run -C "$T/alice/w" -- \
		sh -c 'echo up >up; read -r line <go' >"$T/traces.out" 2>&1 &
	traces_pid=$!
	within 30 [ -s "$T/alice/w/up" ] || diag "$(cat "$T/traces.out")"
	own_traces
	release alice
	wait "$traces_pid"
}

delegation() {
	NAME="a scope that is delegated"
	hog scope -p Delegate=yes
	held
	check_match "$NAME: control: traces are found" '.*/stockade-[^/]*' \
		traces scope -p Delegate=yes
	NAME="a scope that is not"
	hog scope
	not_held
	check_output "$NAME: nothing is written to systemd's own groups" "" \
		traces scope
	NAME="a unit that is delegated"
	hog unit -p Delegate=yes
	held
	NAME="a unit that is not"
	hog unit
	not_held
}

# What is shipped, where its packages put it. The machine's root is its own.
shipped() {
	helper=$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' \
		"$top_builddir/contrib/systemd/stockade@.service")
	install -D "$top_builddir/stockade-jail" "$helper"
	cp "$top_srcdir/contrib/systemd/stockade.socket" \
		"$top_builddir/contrib/systemd/stockade@.service" "$UNITS"
	systemctl daemon-reload
	check "the group is made" systemd-sysusers \
		"$top_srcdir/contrib/systemd/stockade.sysusers"
	check "the ceiling's directory is made" systemd-tmpfiles --create \
		"$top_srcdir/contrib/systemd/stockade.tmpfiles"
	usermod -aG stockade alice
	usermod -aG stockade bob
	check_output "the units have no fault" "" systemd-analyze verify \
		"$UNITS/stockade.socket" "$UNITS/stockade@.service"
}

service() {
	user "$1" "$STOCKADE" run --service -C "$T/$1/w" "$2" "$3" -- \
		sh -c "$4"
}

# said NAME TEXT: by what was checked last.
said() {
	cp "$T/check.out" "$T/said"
	check "$1" grep -Fq -e "$2" "$T/said"
}

refused() {
	check_status "before the socket is there" 125 service alice --limit \
		pids=50 true
	said "it is said how it is started" 'systemctl start stockade.socket'
	check "the socket is started" systemctl start stockade.socket
	check_status "who is not in the group is refused" 125 \
		service carol --limit pids=50 true
	said "and told what to do" 'usermod -aG stockade'
}

# hold NAME: a box of that user's that waits; its processes say the name.
hold() {
	rm -f "$T/$1/w/up" "$T/$1/w/go"
	user "$1" mkfifo "$T/$1/w/go"
	service "$1" --limit pids=50 "echo secret-$1 >/tmp/mine
		echo secret-$1 >mine; echo up >up
		: held-by-$1; read -r line <go" >"$T/$1.out" 2>&1 &
	eval "held_$1=$!"
	within 30 [ -s "$T/$1/w/up" ] || diag "$1: $(cat "$T/$1.out")"
}

# The first process of NAME's box that is not its init: the host's number.
process_of() {
	for at in /proc/[0-9]*; do
		[ "$(stat -c %u "$at" 2>/dev/null || echo 0)" -ge 1879048192 ] &&
			tr '\0' ' ' 2>/dev/null <"$at/cmdline" |
			grep -q "held-by-$1" &&
			echo "${at#/proc/}" && break
	done
}

group_of() {
	sed -n 's|^0::|/sys/fs/cgroup|p' "/proc/$1/cgroup"
}

apart() {
	hold alice
	hold bob
	check_output "two users each have a box" "up up" \
		sh -c "cat '$T/alice/w/up' '$T/bob/w/up' | xargs"
	alice=$(process_of alice) bob=$(process_of bob)
	diag "alice $alice, bob $bob: $(group_of "${alice:-1}")"
	check "control: root sees a process of each" [ -n "$alice" -a -n "$bob" ]
	check "control: of different ids" [ "$(stat -c %u "/proc/$alice")" != \
		"$(stat -c %u "/proc/$bob")" ]
	check "control: in different groups" [ "$(group_of "$alice")" != \
		"$(group_of "$bob")" ]
	check "control: root may signal it" kill -0 "$alice"
	for who in alice bob; do
		check_fails "$who may not signal it" user $who kill -0 "$alice"
		check_fails "$who may not read its root" \
			user $who ls "/proc/$alice/root/"
		for file in cgroup.procs cgroup.kill memory.max; do
			check_fails "$who may not write its $file" user $who \
				test -w "$(group_of "$alice")/$file"
		done
	done
	check "control: root may" test -w "$(group_of "$alice")/cgroup.kill"
}

# The same from within: what a box of bob's beside alice's finds of her.
inside_of_bob() {
	service bob --limit memory=48M "$@"
}

within_bob() {
	check_output "in a box: no process of another's" "" inside_of_bob \
		'cat /proc/[0-9]*/cmdline | tr "\0" " " | grep -o "held-by-[a]lice"'
	check_fails "in a box: nor her number" \
		inside_of_bob "kill -0 $alice"
	check_fails "in a box: nor her workspace" \
		inside_of_bob "cat '$T/alice/w/mine'"
	check "control: bob outside can read it" \
		user bob cat "$T/alice/w/mine"
	check_fails "in a box: nor her /tmp" inside_of_bob "cat /tmp/mine"
	check_fails "in a box: nor her group" inside_of_bob \
		"echo 1 >'$(group_of "$alice")/cgroup.kill'"
	chmod 700 "$T/alice/w"
	check_status "a directory that bob may not enter is no workspace" 125 \
		user bob "$STOCKADE" run --service -C "$T/alice/w" -- \
		cat mine
	check_output "she goes on" secret-alice cat "$T/alice/w/mine"
}

# The limits of a box of the service.
service_limits() {
	NAME="the service"
	result
	user alice "$STOCKADE" run --service -C "$T/alice/w" --json "$R" \
		--limit memory=48M --limit cpu=50% -- \
		/usr/bin/python3 -c "$HOG" 2>/dev/null
	told "the service: memory ends it" memory 'o["limit_hit"]'
	for limit in memory pids cpu; do
		told "the service: $limit is held by the kernel" cgroup \
			"o['enforced']['$limit']"
	done
	# systemd writes to the group above when units come and go.
	check "the service: a reload of systemd" systemctl daemon-reload
	check_output "the service: takes no limit from a box that runs" 50 \
		cat "$(group_of "$alice")/pids.max"
}

none_held() {
	[ -z "$(process_of alice)$(process_of bob)" ]
}

stopped() {
	check "the service is stopped" systemctl stop stockade.socket \
		'stockade@*.service'
	# shellcheck disable=SC2154 # set by hold
	for pid in "$held_alice" "$held_bob"; do
		check_status "a user's run ends, and not well" 125 wait "$pid"
	done
	check "its boxes end" within 20 none_held
	check "no control group is left" within 10 no_stale_cgroups
	check_output "nor any" "" find /sys/fs/cgroup -name 'stockade-*'
	check_output "no instance is left, nor failed" "" systemctl list-units \
		--all --no-legend 'stockade@*'
	check_output "nothing was complained of" "" \
		journalctl -q -o cat -t stockade-jail
	check_status "and nobody is served" 125 service alice --limit pids=50 \
		true
}

users
manager
delegation
shipped
refused
apart
within_bob
service_limits
stopped
test_end
