#!/bin/sh
# SPDX-License-Identifier: ISC
# Every system call of a whole run, from the first of the client to the last
# of the teardown, in every process: it fails, is late, or is the moment at
# which its process is killed. The run works or says why it does not, ends,
# leaves nothing, and the next one works. A sample of the moments; all of them
# with TORTURE=full.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
alone -x
needs strace

SAMPLE=12      # moments of each kind and way, of some thousands
DELAY_US=20000 # longer than anything that is waited for by the clock
LONGEST=30     # seconds; nothing of ours waits for half as long

# Not ours to fail: a process that cannot end, and what strace lives on.
# And libc's own start, which dies of it before main; and closing, which does
# not fail: what it would leave open, no error can.
NEVER='arch_prctl|brk|close|exit|exit_group|rt_sigreturn|restart_syscall|execve|getppid'

# What fails with these is the word itself that would say why.
WORDLESS='read|write|wait4'

# traced OPTION...: a run under strace.
traced() {
	began=$(date +%s)
	# shellcheck disable=SC2086
	as timeout --foreground -s KILL 60 \
		strace -f -qq -e signal=none -o "$CTL/trace" "$@" \
		"$STOCKADE" run ${RUN_OPTIONS-} -C "$W" -- true >"$T/out" 2>&1
	status=$?
	took=$(($(date +%s) - began))
}

# "NAME N": the moments; N counts for each process by itself.
moments() {
	awk -v never="^($NEVER)\$" '
	match($2, /^[a-z_0-9]+\(/) {
		name = substr($2, 1, RLENGTH - 1)
		if (name !~ never && ++n[$1, name] > most[name])
			most[name] = n[$1, name]
	}
	END {
		for (name in most)
			for (i = 1; i <= most[name]; i++)
				print name, i
	}' "$1" | sort
}

# Of stdin; another part of it for each kind.
sample() {
	if [ "${TORTURE-}" = full ]; then
		cat
	else
		awk -v n="$SAMPLE" -v part="$1" '{ line[NR] = $0 }
		END {
			for (i = 0; i < n && i < NR; i++)
				print line[int((i + part / 5) * NR / n) + 1]
		}'
	fi
}

left() {
	awk '{ print $1 }' "$CTL/trace" | sort -u | while read -r pid; do
		[ ! -e "/proc/$pid" ] || grep -q '^State:.*Z' \
			"/proc/$pid/status" 2>/dev/null || echo "pid $pid"
	done
}

none_left() {
	[ -z "$(left)" ]
}

groups_left() {
	for group in $(box_cgroups); do
		pid=${group##*/stockade-}
		! grep -q "^${pid%%-*} " "$CTL/trace" || echo "$group"
	done
}

no_groups_left() {
	[ -z "$(groups_left)" ]
}

# fair_end KIND CALL: whatever came of it, it came soon, and one line says why
# it was not well. 127 may be the command's loader's, too.
fair_end() {
	[ "$took" -lt "$LONGEST" ] || return 1
	[ "$1" != fail ] || ! echo "$2" | grep -Eqx "$WORDLESS" || return 0
	case $1:$status in
	*:0 | kill:*) return 0 ;;
	fail:12[567]) [ -s "$T/out" ] ;;
	*) return 1 ;;
	esac
}

# one KIND OPTION WHAT: one run, and the next.
one() {
	traced -e trace=all -e "inject=$2"
	rc=0
	fair_end "$1" "${2%%:*}" || {
		diag "$2: status $status after $took s: $(head -c 500 "$T/out")"
		rc=1
	}
	within 5 none_left || {
		diag "$2: left: $(left | tr '\n' ' ')"
		rc=1
	}
	[ "$1" = delay ] || [ "$(inside echo fine 2>&1)" = fine ] || {
		diag "$2: and the next run fails"
		rc=1
	}
	# Both that tidy up may have been killed at one blow, or kept from it:
	# then a run does that has the time.
	[ "$1" = delay ] || no_groups_left || inside sleep 1.5
	within 5 no_groups_left || {
		diag "$2: left: $(groups_left | tr '\n' ' ')"
		rc=1
	}
	return "$rc"
}

option() {
	case $1 in
	fail) echo "$2:error=$4:syscall=getppid:when=$3" ;;
	delay) echo "$2:delay_enter=$DELAY_US:when=$3" ;;
	kill) echo "$2:signal=KILL:when=$3" ;;
	esac
}

# kind NAME PART [ERRNO]
kind() {
	bad=0
	n=0
	moments "$T/all" | sample "$2" >"$T/moments"
	while read -r name at; do
		n=$((n + 1))
		one "$1" "$(option "$1" "$name" "$at" "${3-}")" </dev/null ||
			bad=$((bad + 1))
	done <"$T/moments"
	check_equal "$1 ${3-}: $n moments of the run" 0 "$bad"
}

inject() {
	traced -e trace=all
	check_equal "strace alone does no harm" 0 "$status"
	cp "$CTL/trace" "$T/all"
	check "and saw a run" test "$(moments "$T/all" | wc -l)" -gt 100
	kind fail 0 EPERM
	kind fail 1 ENOMEM
	kind fail 2 EINTR
	[ "${TORTURE-}" != full ] || kind fail 0 EMFILE
	kind delay 3
	kind kill 4
	check_output "and the next run works" fine inside echo fine
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways inject
test_end
