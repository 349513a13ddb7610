#!/bin/sh
# SPDX-License-Identifier: ISC
# Limits where cgroup v2 has every controller, as root and as a user to whom a
# control group was delegated: what holds them is the kernel, and the figures
# are its own. Runs in the machine of vm.sh.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

[ "${VM_GUEST-}" = 1 ] || skip_all "only in the machine of vm.sh"
# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress stockade-agent"
agent_begin
# shellcheck disable=SC2034 # agent_lib.sh reads it
PROTOCOL=anthropic
GROUP=/sys/fs/cgroup/vm/user
DISK=/run/vm/disk

# enter COMMAND...: in the group that is the user's own, with all controllers.
enter() {
	sh -c 'echo $$ >"$0/leaf/cgroup.procs" && exec "$@"' "$GROUP" "$@"
}

# As the unit of systemd with Delegate=yes leaves it.
delegate() {
	mkdir -p "$GROUP/leaf"
	chown "$TEST_UID:$TEST_GID" "$GROUP" "$GROUP/leaf"
	for file in cgroup.procs cgroup.subtree_control cgroup.threads; do
		chown "$TEST_UID:$TEST_GID" "$GROUP/$file" "$GROUP/leaf/$file"
	done
}

disk() {
	mkfs.ext4 -qF /dev/vda
	mkdir -p "$DISK"
	mount /dev/vda "$DISK"
	chmod 1777 "$DISK"
}

# limited [OPTION...] -- COMMAND...: the result in $R.
limited() {
	R=$T/result-$WAY
	rm -f "$R" && : >"$R" && chmod 666 "$R"
	case $WAY in
	rootless) enter setpriv --reuid="$TEST_UID" --regid="$TEST_GID" \
		--clear-groups env -i PATH="$PATH" HOME="$T/home" TERM=dumb \
		"$STOCKADE" run -C "$AT" --json "$R" "$@" ;;
	*) as "$STOCKADE" run -C "$AT" --json "$R" "$@" ;;
	esac >"$T/out" 2>"$T/err"
	got=$?
}

told() {
	check_output "$1" "$2" json "$R" "$3"
}

by_cgroup() {
	told "$1: the kernel's controller holds it" cgroup "o['enforced']['$1']"
}

# hit NAME STATUS
hit() {
	check_equal "$1: status $2" "$2" "$got"
	told "$1: is the limit hit" "$1" 'o["limit_hit"]'
	by_cgroup "$1"
	check_match "$1: is told, with what to do" \
		".*limit $1 .*\(by cgroup\).*raise it with --limit $1=.*" cat "$T/err"
}

HOG='x = bytearray(200 << 20)'

memory() {
	limited --limit memory=48M -- /usr/bin/python3 -c "$HOG"
	hit memory 137
	told "memory: it was the kernel's killer" true 'o["oom_killed"]'
	told "memory: and the peak is the limit, swap none" true \
		'46 << 20 <= o["usage"]["memory_peak"] <= 48 << 20'
	# oom.group: the one that asked for more, and the shell beside it.
	limited --limit memory=48M -- sh -c "/usr/bin/python3 -c '$HOG'
		echo the shell goes on"
	check_fails "memory: all of the command is killed" \
		grep -q 'goes on' "$T/out"
	limited --limit memory=200M --limit session-memory=48M -- \
		/usr/bin/python3 -c "$HOG"
	check_equal "nested: within the command's, beyond the session's" 137 "$got"
	told "nested: the session's is the one" session-memory 'o["limit_hit"]'
	limited --limit memory=48M --limit session-memory=400M -- \
		/usr/bin/python3 -c "$HOG"
	told "nested: the command's, where it is the smaller" memory \
		'o["limit_hit"]'
}

pids() {
	limited --limit pids=20 -- sh -c '
		for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22
		do sleep 5 & done; wait'
	told "pids: is the limit hit" '["pids"]' 'o["limits_hit"]'
	by_cgroup pids
	told "pids: the peak is the limit" 20 'o["usage"]["pids_peak"]'
}

# Ten per cent beside it, of what the machine's own clock says.
cpu() {
	limited --limit cpu=50% -- timeout 6 sh -c 'while :; do :; done'
	by_cgroup cpu
	diag "$(json "$R" '"%d ms of %d" % (o["usage"]["cpu_ms"], o["usage"]["wall_ms"])')"
	told "cpu: half a core is half a core" true \
		'0.40 <= o["usage"]["cpu_ms"] / o["usage"]["wall_ms"] <= 0.55'
	limited -- timeout 3 sh -c 'while :; do :; done'
	told "cpu: without a limit it is more" true \
		'o["usage"]["cpu_ms"] / o["usage"]["wall_ms"] > 0.7'
}

io() {
	limited --limit io-rate=1M/s -- dd if=/dev/zero of=written bs=1M \
		count=4 oflag=direct
	by_cgroup io-rate
	told "io-rate: four seconds for four of them" true \
		'3500 <= o["usage"]["wall_ms"] <= 9000'
	told "io-rate: the kernel counted them" true \
		'o["usage"]["io_written"] >= 4 << 20'
	limited -- dd if=/dev/zero of=written bs=1M count=4 oflag=direct
	told "io-rate: without it is faster" true 'o["usage"]["wall_ms"] < 3000'
}

# Not below the delegated group but in it, with processes of others: room is
# made, for this sandbox and for the next.
room() {
	mkdir "$GROUP.2"
	chown "$TEST_UID:$TEST_GID" "$GROUP.2" "$GROUP.2"/cgroup.procs \
		"$GROUP.2"/cgroup.subtree_control
	# shellcheck disable=SC2016
	for n in . stockade.aside; do
		R=$T/room
		: >"$R" && chmod 666 "$R"
		sh -c 'echo $$ >"$0/cgroup.procs"; sleep 1 & exec "$@"' \
			"$GROUP.2/$n" setpriv --reuid="$TEST_UID" \
			--regid="$TEST_GID" --clear-groups env -i PATH="$PATH" \
			HOME="$T/home" "$STOCKADE" run -C "$W" --json "$R" \
			--limit memory=48M -- /usr/bin/python3 -c "$HOG" \
			2>"$T/err"
		by_cgroup memory
	done
	check_output "who was there has moved aside" stockade.aside \
		sh -c "cd '$GROUP.2' && echo *.aside"
	within 10 rmdir "$GROUP.2/stockade.aside"
	check "and nothing of ours is left" rmdir "$GROUP.2"
}

# The model of a run is told, and the run goes on.
model() {
	agent_project
	# shellcheck disable=SC2154 # of agent_lib.sh
	agent_serve "$(printf '{"answer":[{"type":"tool_use","id":"m",
		"name":"bash","input":{"command":"%s"}}]}' \
		"/usr/bin/python3 -c '$HOG'" | tr '\n' ' ')" \
		"$WRONG" "$RIGHT" "$DONE"
	check_status "model: the run ends green all the same" 0 \
		agent_asks --limit memory=48M
	diag "$(tail -n 5 "$ERR")"
	# shellcheck disable=SC2154 # of agent_lib.sh
	check "model: it was told of the limit, by the next request" \
		grep -q 'killed for memory: it passed its limit of 48 MiB' "$LOG"
	server_end
}

nothing_left() {
	check "no control group is left" within 10 no_stale_cgroups
	check_output "and nothing runs in the user's" "" cat "$GROUP/cgroup.procs"
}

all() {
	AT=$W
	memory
	pids
	cpu
	AT=$DISK/$WAY
	as mkdir "$AT"
	# A device of the host is for root's own groups: io is not delegated
	# with the others unless the administrator says so.
	io
	[ "$WAY" != rootless ] || room
	model
	nothing_left
}

delegate
disk
STOCKADE_WAYS="root rootless" run_ways all
test_end
