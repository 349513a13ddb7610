#!/bin/sh
# SPDX-License-Identifier: ISC
# A process may trace its like, so that debuggers work, but never pid 1 nor
# what belongs to it; and nobody in the strict profile.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
REFUSED='refused (EPERM|ENOSYS)'
printf 'seccomp strict\n' >"$T/strict.policy"

tracing() {
	check_output "a child can be traced" allowed \
		inside /workspace/probe ptrace-child
	# The parent of a command, and all others that are not below it.
	cat >"$W/look.sh" <<'END'
for pid in /proc/[0-9]*; do
	pid=${pid#/proc/}
	[ "$pid" -lt $$ ] || continue
	for way in ptrace ptrace-seize vm-read vm-write; do
		echo "$way $(/workspace/probe $way "$pid")"
	done
	for file in environ auxv maps mem; do
		head -c 1 "/proc/$pid/$file" >/dev/null 2>&1 && echo "$file leaks"
	done
done
true
END
	check_match "the loop finds somebody to try" "ptrace .*" \
		inside sh look.sh
	check_no_match "nobody above a command can be looked into" \
		"allowed|EFAULT|leaks" inside sh look.sh
	check_match "control: one's like can be" "ptrace allowed" \
		inside sh -c 'sleep 5 & echo "ptrace $(/workspace/probe ptrace $!)"'
	strict
}

strict() {
	for way in ptrace ptrace-seize vm-read vm-write; do
		check_match "strict: no $way of one's like" "$REFUSED" \
			box --policy "$T/strict.policy" -- sh -c \
			'sleep 5 & /workspace/probe '"$way"' $!'
	done
}

run_ways tracing
test_end
