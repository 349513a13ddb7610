#!/bin/sh
# SPDX-License-Identifier: ISC
# Where something is scarce (descriptors, processes, room on the disk) a run
# works, or says in one clear line why it does not; and it ends.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
alone -s
needs prlimit

# limited OPTION: a run under a limit of prlimit(1), to its end.
limited() {
	as timeout --foreground -s KILL 60 prlimit "$1" \
		"$STOCKADE" run -C "$W" -- true >"$T/out" 2>&1
	status=$?
}

# Works, or one line (ours; the loader's, of the command or of ours).
fair() {
	case $status in
	0) return 0 ;;
	125 | 126 | 127)
		[ "$(wc -l <"$T/out")" -ge 1 ] &&
			[ "$(wc -l <"$T/out")" -le 2 ] &&
			return 0 ;;
	esac
	diag "$1: status $status: $(head -c 600 "$T/out")"
	return 1
}

# range NAME OPTION FROM TO: at each of these limits.
range() {
	bad=0
	at=$3
	while [ "$at" -le "$4" ]; do
		limited "$2=$at"
		fair "$1 $at" || bad=$((bad + 1))
		at=$((at + 1))
	done
	check_equal "$1 from $3 to $4: it works or says why" 0 "$bad"
}

few_descriptors() {
	range "open files" --nofile 4 20
	limited --nofile=16
	check "with 16 it is the descriptors that are named" \
		grep -q 'Too many open files' "$T/out"
	limited --nofile=64
	check_equal "64 are enough" 0 "$status"
}

# Of a user with that many already each one is too many; of root none is.
few_processes() {
	range "processes" --nproc 1 6
}

# In a mount namespace of our own: a disk with no room left.
cat >"$T/full" <<'END'
disk=$1 stockade=$2
shift 2
mount -t tmpfs -o size=64k,mode=0777 full "$disk" || exit 99
mkdir -m 777 "$disk/tmp"
: >"$disk/there.json"
chmod 666 "$disk/there.json"
dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
cd /
TMPDIR=$disk/tmp XDG_STATE_HOME=$disk XDG_RUNTIME_DIR=$disk/tmp
export TMPDIR XDG_STATE_HOME XDG_RUNTIME_DIR
exec "$@" "$stockade" run -C "$disk" $OPTIONS -- sh -c "$COMMAND"
END

# on_full_disk OPTIONS COMMAND
on_full_disk() {
	if [ "$WAY" = rootless ]; then
		set -- "$1" "$2" as_user env OPTIONS="$1" COMMAND="$2" \
			unshare -Urm sh "$T/full" "$CTL" "$STOCKADE" \
			unshare -U --map-user=1000 --map-group=1000
	else
		set -- "$1" "$2" as env OPTIONS="$1" COMMAND="$2" \
			unshare -m --propagation private \
			sh "$T/full" "$CTL" "$STOCKADE" env
	fi
	shift 2
	"$@" >"$T/out" 2>&1
	status=$?
}

full_disk() {
	on_full_disk "" 'echo fine'
	check_equal "a full disk as the workspace, and for TMPDIR" "0 fine" \
		"$status $(cat "$T/out")"
	on_full_disk "" 'head -c 9000 /dev/zero >f'
	check_equal "what a command cannot write is its own error" 1 "$status"
	check "and it is the disk's" grep -q 'No space left' "$T/out"
	on_full_disk "" 'dd if=/dev/zero of=/tmp/x bs=64k count=4 2>&1 &&
		echo fine'
	check "its own /tmp has room" grep -qx fine "$T/out"
	on_full_disk "--json $CTL/there.json" 'true'
	check_equal "no room for --json is 125" 125 "$status"
	check "and is said" grep -q 'json.*No space left' "$T/out"
}

scarce() {
	few_descriptors
	few_processes
	full_disk
	check_output "and the next run works" fine inside echo fine
	# Who had no descriptor to tidy up with left it to a run with time.
	if [ "$WAY" = root ]; then
		inside sleep 1.5
		check "no cgroup is left" within 5 no_stale_cgroups
	fi
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways scarce
test_end
