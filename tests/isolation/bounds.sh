#!/bin/sh
# SPDX-License-Identifier: ISC
# What can be used up ends at a limit of the box's, before the host's does.
# shellcheck disable=SC2086 # lists of words, on purpose
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

bounds() {
	files
	processes
	kernel_objects
	wall_time
}

# fill ID FILE BYTES [OPTION...]: ends inside; outside there is room.
fill() {
	fill_id=$1 fill_file=$2 fill_bytes=$3
	shift 3
	judge "$fill_id" "refused ENOSPC" \
		"$(box "$@" -- /workspace/probe fill "$fill_file" \
			"$fill_bytes")" \
		allowed "$(outside user "$PROBE" fill ./big "$fill_bytes")"
}

files() {
	fill tmp-bytes /tmp/big 70000000
	fill tmp-limit /tmp/big 2000000 --limit tmp=1M
	fill shm-limit /dev/shm/big 2000000 --limit tmp=1M
	for dir in /tmp /dev/shm; do
		check_output "$dir has room" allowed \
			inside /workspace/probe fill "$dir/big" 30000000
		id=tmp-inodes
		[ "$dir" = /tmp ] || id=shm-inodes
		judge "$id" '10[0-9][0-9]' "$(box --limit tmp=4M -- sh -c \
			"cd $dir; /workspace/probe count inode 1500")" \
			1500 "$(outside user "$PROBE" count inode 1500)"
		find "$CTL" -name 'inode.*' -delete
	done
	check_output "the workspace does not end there" allowed \
		inside /workspace/probe fill ./big 70000000
	judge fsize "refused EFBIG" "$(box --limit fsize=1M -- \
		/workspace/probe fill-quietly ./big 2000000)" \
		allowed "$(outside user "$PROBE" fill-quietly ./big 2000000)"
	judge output '[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?|1[0-9]{6}' \
		"$(box --limit output=1M -- head -c 5000000 /dev/zero | wc -c)" \
		5000000 "$(as_user head -c 5000000 /dev/zero | wc -c)"
	rm -f "$W/big" "$CTL/big"
}

# ends ID LIMIT KIND WANT: at the limit inside, not outside.
ends() {
	judge "$1" "$4" "$(box --limit "$2" -- /workspace/probe count "$3" 200)" \
		200 "$(outside user "$PROBE" count "$3" 200)"
}

processes() {
	ends pids pids=40 process '[1-3]?[0-9]'
	ends threads pids=40 thread '[1-3]?[0-9]'
	ends files nofile=64 fd '[1-6]?[0-9]'
	ends sockets nofile=64 socket '[1-3]?[0-9]'
	too_much memory memory
	too_much memory-shared memory-shared 8
	too_much memory-hidden memory-hidden 8
	too_much memory-memfd memory-memfd 8
	too_much memory-segment memory-segment 8
}

# too_much ID PROBE [SECONDS]: it is killed for 200 MB where 64 are the limit.
too_much() {
	too_id=$1
	shift
	box --limit memory=64M --json "$T/json" -- \
		/workspace/probe "$1" 200000000 ${2-} >/dev/null 2>&1
	too_got=$(grep -o '"oom_killed": *[a-z]*' "$T/json")
	judge "$too_id" '"oom_killed": *true' "$too_got" \
		"allowed" "$(as_user "$PROBE" "$1" 200000000 ${2:+0})"
}

# share ID KIND COUNT WANT: a part of what a user has, who else has it all.
share() {
	judge "$1" "$4" "$(inside /workspace/probe count "$2" "$3")" \
		"$3" "$(outside user "$PROBE" count "$2" "$3")"
}

kernel_objects() {
	most=$(cat /proc/sys/fs/inotify/max_user_instances)
	share inotify inotify $((most / 2)) "$((most / 4 + 1))"
	most=$(cat /proc/sys/fs/inotify/max_user_watches)
	if [ "$most" -gt 400000 ]; then
		judge_skip inotify-watches "too many to try"
	else
		share inotify-watches watch $((most / 2)) "$((most / 4 + 1))"
		find "$W" "$CTL" -name 'watch.*' -delete
	fi
	share ptys pty 400 256
	most=$(prlimit --sigpending --output hard --noheadings | tr -d ' ')
	share signals signal $((most / 2)) "$((most / 4))"
}

wall_time() {
	judge wall-time 124 "$(status_of box --limit time=500ms -- sleep 1)" \
		0 "$(status_of as_user sleep 1)"
}

status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

run_ways bounds
property_end
