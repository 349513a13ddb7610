# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# Everyday programs of the distribution, run in a real box: who uses them
# shall not notice it.

# workload NAME WANT PROGRAM... <SCRIPT: in an empty workspace `sh -eu' runs
# the script; it succeeds, and a line of what it prints matches WANT as a
# whole. A PROGRAM written +PROGRAM need not be installed. LOAD_OPTIONS are
# the box's; LOAD_BEFORE is called when the workspace is there.
workload() {
	load_name=$1 load_want=$2
	shift 2
	new_dir "work-$WAY"
	${LOAD_BEFORE-:}
	cat >"$W/job.sh"
	for load_need; do
		if ! is_there "${load_need#+}"; then
			case $load_need in
			+*) skip_absent "$load_name" "no ${load_need#+}" ;;
			*) skip "$load_name" "no $load_need" ;;
			esac
			return 0
		fi
	done
	# shellcheck disable=SC2086 # a list of words
	box ${LOAD_OPTIONS-} -- sh -eu job.sh >"$T/load.out" 2>&1
	load_status=$?
	if [ "$load_status" -eq 0 ] &&
		grep -Eqx -e "$load_want" "$T/load.out"; then
		ok "$load_name"
	else
		not_ok "$load_name" "no line like: $load_want (status" \
			"$load_status)
$(tail -c 3000 "$T/load.out")"
	fi
}

# Where a box would find it.
is_there() {
	for load_dir in /usr/local/bin /usr/bin /bin; do
		[ ! -x "$load_dir/$1" ] || return 0
	done
	[ -x "$1" ]
}

# What a machine need not have is never a failure: where skips are, it is not
# a point at all.
skip_absent() {
	if [ "${MUST_RUN-0}" = 1 ]; then
		diag "not tried, $2: $1"
	else
		tap_point ok "$1 # SKIP $2"
	fi
}

# As root's own and an ordinary user's box.
workload_ways() {
	STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
	run_ways "$1"
}
