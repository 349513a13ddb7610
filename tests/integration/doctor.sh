#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade doctor: what it says of this machine, and of machines that lack
# something, made so for real.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO="stockade-probe stockade-egress"
test_begin
alone -s
needs /usr/bin/python3
cp "$top_builddir/tests/lib/enosys" "$BIN/enosys" || bail "no enosys"

# doctor [PREFIX... --] [OPTION...]: status in $S, stdout in $O, stderr in $E.
doctor() {
	O=$T/doctor.out E=$T/doctor.err
	as timeout --foreground -s KILL 60 "$@" >"$O" 2>"$E"
	S=$?
}

# state NAME: of a property, in the JSON of the last run.
state() {
	json "$O" "[p['state'] for p in o['properties']
		if p['name'] == '$1'][0]"
}

# has NAME STATE / mends NAME ERE: of the last run, with --json.
has() {
	check_output "$1 is $2$3" "$2" state "$1"
}

mends() {
	check_match "$3" ".*$2.*" json "$O" "'; '.join([p['why'] + ': ' +
		', '.join(p['mend']) for p in o['properties']
		if p['name'] == '$1'])"
}

# What holds whatever the machine lacks, if a sandbox can be built at all.
ALWAYS='sandbox user-namespace mount-namespace pid-namespace network-namespace
	ipc-namespace uts-namespace cgroup-namespace no-new-namespaces
	no-capabilities environment descriptors hostname clock system-calls
	other-entries terminal-input system-read-only host-files no-mounts
	no-devices workspace protected-paths ownership proc-masks proc-sys no-sys pid1
	host-processes leftovers nothing-left no-network host-loopback
	abstract-sockets socket-families own-loopback gate-rules
	workspace-noexec seccomp-strict limit-time limit-pids
	limit-fsize limit-nofile limit-tmp limit-output'

# In a directory of its own: another test's doctor works in /tmp, too.
here() {
	BOX_ENV=TMPDIR=$T/tmp-$WAY
	mkdir -m 1777 "$T/tmp-$WAY"
	doctor "$STOCKADE" doctor
	check "it runs here, whole or degraded" [ "$S" -le 1 ]
	check_equal "and says nothing else" "" "$(cat "$E")"
	check_fails "the table fits 80 columns" grep -Eq '.{81}' "$O"
	check_fails "and is plain in a pipe" grep -q "$(printf '\033')" "$O"
	check "it has a line for each property" \
		[ "$(grep -Ec '^[a-z0-9-]+ +(present|degraded|missing|untried) ' \
			"$O")" -ge 50 ]
	check_output "nothing of it is left" "" ls -A "$T/tmp-$WAY"
	check "nor a control group" within 5 no_stale_cgroups
	object
	BOX_ENV=
}

object() {
	status=$S
	doctor "$STOCKADE" doctor --json
	check_equal "with --json the status is the same" "$status" "$S"
	check_output "and in the object" "$status" json "$O" 'o["status"]'
	check_output "on one line" 1 sh -c "wc -l <'$O'"
	check_output "each property has every member" true json "$O" \
		'all(set(p) >= set("name group tried state by since detail why "
		"mend".split()) for p in o["properties"])'
	check_output "names are unique" true json "$O" \
		'len(set(p["name"] for p in o["properties"])) == len(
		o["properties"])'
	check_output "what is not there has a reason" true json "$O" \
		'all(p["why"] for p in o["properties"]
		if p["state"] in ("degraded", "missing"))'
	check_output "a verdict" true json "$O" \
		'o["verdict"] == ["present", "degraded"][o["status"]]'
	for name in $ALWAYS; do
		has "$name" present ""
	done
	asked
	agrees
}

# What a policy can ask for, and a part of the machine or of the build gives.
asked() {
	if [ "$(json "$O" 'o["landlock"]["abi"]')" -gt 0 ]; then
		has command-rules present ""
	else
		has command-rules missing ", for want of Landlock"
	fi
	if readelf -l "$BIN/stockade-probe" | grep -q interpreter; then
		has root-directory untried ", as the probe wants libraries"
	else
		has root-directory present ""
	fi
}

# The same facts as a run has.
agrees() {
	user_dir "json-$WAY"
	chmod 777 "$T/json-$WAY"
	run=$T/json-$WAY/run.json
	box --json "$run" -l fsize=1M -l output=1M -- true
	for limit in memory pids fsize nofile tmp output; do
		check_output "limit $limit is held as in a run" \
			"$(json "$run" "o['enforced']['$limit']")" \
			json "$O" "[p['by'] for p in o['properties']
				if p['name'] == 'limit-$limit'][0]"
	done
}

on_dir() {
	user_dir "disk-$WAY"
	check_status "the directory may be named" "$1" \
		as "$STOCKADE" doctor -C "$T/disk-$WAY"
	check_output "and is empty again" "" ls -A "$T/disk-$WAY"
	check_status "one that is not there is no diagnosis" 2 \
		as "$STOCKADE" doctor -C "$T/no-such"
	check_match "but an error" 'stockade doctor: .*no-such.*' \
		as "$STOCKADE" doctor -C "$T/no-such"
	mkdir -m 755 "$T/roots-$WAY"
	if [ "$WAY" != root ] && is_root; then
		check_match "nor one that is not ours to write" \
			'stockade doctor: .*Permission denied' \
			as "$STOCKADE" doctor -C "$T/roots-$WAY"
	fi
	check_output "in which nothing was left" "" ls -A "$T/roots-$WAY"
	check_status "nor is a wrong option" 2 as "$STOCKADE" doctor --jsn
	check_match "which is named" '.*did you mean --json.*' \
		as "$STOCKADE" doctor --jsn
}

# lacks CALLS: this machine without some system calls.
lacks() {
	doctor "$BIN/enosys" "$1" "$STOCKADE" doctor --json
}

# By no road at all.
MOUNTING=mount,mount_setattr,open_tree,move_mount,fsopen,fsmount

kernels() {
	lacks landlock_create_ruleset=EOPNOTSUPP
	check_equal "without Landlock it is degraded" 1 "$S"
	has landlock missing ", switched off"
	mends landlock 'lsm=' "and the boot parameter is named"
	has command-rules missing ", neither"
	mends command-rules 'lsm=' "and the same is told of it"
	has workspace-noexec present ", which needs no Landlock"
	has seccomp-strict present ", nor does this"
	lacks landlock_create_ruleset
	has landlock missing ", not there"
	lacks "$MOUNTING"
	check_equal "without mounts nothing runs" 2 "$S"
	has sandbox missing ", without mounts"
	has system-read-only untried ", and so"
	for name in command-rules root-directory workspace-noexec \
		seccomp-strict; do
		has "$name" untried ", and so"
	done
	check_output "the layer is named" mount json "$O" 'o["error"]["code"]'
	doctor "$BIN/enosys" "$MOUNTING" "$STOCKADE" doctor
	check_match "and the table is printed all the same" \
		'limit-memory +untried .*' cat "$O"
	check_match "with what failed" \
		' +.*: Function not implemented.*' \
		cat "$O"
}

# A kernel that hands out no user namespace to us: really so, in one of our
# own whose maker is root there. Ids are mapped by whoever has the right to.
no_namespaces() {
	mkfifo "$T/go-$WAY"
	unshare --user --mount sh -c 'read -r go
		exec sh -c "$@"' sh 'echo 0 >/proc/sys/user/max_user_namespaces
		exec "$@"' sh setpriv --reuid="$TEST_UID" \
		--regid="$TEST_GID" --clear-groups env -i PATH="$PATH" \
		HOME="$T" "$STOCKADE" doctor --json \
		<"$T/go-$WAY" >"$T/none.json" 2>&1 &
	pid=$!
	exec 9>"$T/go-$WAY"
	within 5 in_new_userns "$pid"
	echo '0 0 65536' >"/proc/$pid/uid_map"
	echo '0 0 65536' >"/proc/$pid/gid_map"
	echo go >&9
	exec 9>&-
	wait "$pid"
	S=$? O=$T/none.json
	check_equal "without user namespaces it cannot run" 2 "$S"
	has user-namespace missing ""
	mends user-namespace 'sysctl -w user\.max_user_namespaces=[1-9].*' \
		"and the sysctl is named"
	check_output "the sandbox fails there" namespace \
		json "$O" 'o["error"]["code"]'
}

in_new_userns() {
	[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

# A host directory tree without control groups: unmounted in a namespace of
# its own.
no_cgroups() {
	unshare --mount --propagation private sh -c '
		umount -R /sys/fs/cgroup && exec "$@"' sh \
		"$STOCKADE" doctor --json -C "$W" >"$T/nocg.json" 2>&1
	S=$? O=$T/nocg.json
	check_equal "without control groups it is degraded" 1 "$S"
	has cgroup-per-command degraded ", without a tree"
	has leftovers present " all the same"
	mends cgroup-per-command 'mount -t cgroup2 .*' "and the mount is named"
	check_output "limits without a controller are told of" true json "$O" \
		'[p["state"] for p in o["properties"]
		if p["name"] == "limit-memory"][0] in ("degraded", "missing")'
}

undelegated() {
	doctor "$STOCKADE" doctor --json
	[ "$(json "$O" 'o["cgroup"]')" != none ] || return 0
	[ "$(state cgroup-per-command)" != present ] || return 0
	has cgroup-per-command degraded ", not delegated"
	mends cgroup-per-command 'systemd-run --user .*Delegate=yes.*' \
		"and delegation is named"
}

# A caller with a group beside his own, and none to put in its place.
groups() {
	setpriv --reuid="$TEST_UID" --regid="$TEST_GID" --groups=4343 \
		env -i PATH="$PATH" HOME="$T" "$STOCKADE" doctor --json \
		>"$T/groups.json" 2>&1
	S=$? O=$T/groups.json
	check_equal "a caller's other groups are no good end" 1 "$S"
	has no-groups degraded ", as they stay"
	mends no-groups '(usermod --add-subgids|apt-get install uidmap).*' \
		"and what drops them is named"
}

# A sandbox that lets everything through: a program that says so, in the
# place of the one that asks.
holes() {
	mv "$BIN/stockade-probe" "$BIN/probe.kept"
	{
		echo '#!/bin/sh'
		echo 'case $1 in all | some) ;; *) exit 0 ;; esac'
		for name in write-usr host-file mount tcp-host unshare \
			trace-init environment tiocsti protected inet \
			exec-memory exec-copy; do
			echo "echo $name allowed"
		done
		printf '%s\n' 'printf "setuid value gained /\033[31mx\n"'
		echo 'echo proc-secrets value /proc/kcore'
	} >"$BIN/stockade-probe"
	chmod 755 "$BIN/stockade-probe"
	doctor "$STOCKADE" doctor --json
	for name in system-read-only host-files no-mounts host-loopback \
		no-new-namespaces pid1 environment terminal-input \
		no-setuid-gain proc-masks protected-paths seccomp-strict \
		workspace-noexec; do
		has "$name" missing " when it is not refused"
	done
	check_fails "what is said inside is no escape sequence" \
		grep -q '33\[31m' "$O"
	check_equal "and that is never a good end" 2 "$S"
	mv "$BIN/probe.kept" "$BIN/stockade-probe"
}

no_helper() {
	mv "$BIN/stockade-jail" "$BIN/jail.kept"
	doctor "$STOCKADE" doctor
	check_equal "without a helper it cannot run" 2 "$S"
	check_match "and says which is not there" '.*stockade-jail.*' cat "$O"
	mv "$BIN/jail.kept" "$BIN/stockade-jail"
}

all() {
	here
	on_dir "$S"
	kernels
	holes
	no_helper
	if [ "$WAY" = root ]; then
		no_cgroups
	elif [ "$WAY" = rootless ]; then
		undelegated
		! is_root || no_namespaces
		! is_root || groups
	fi
}

run_ways all
test_end
