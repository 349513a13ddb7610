#!/bin/sh
# SPDX-License-Identifier: ISC
# pid 1 can be neither traced, read, stopped, killed nor bent.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

BARRED='refused (EPERM|EACCES|ENOSYS|ESRCH)'
HIDDEN='refused (EPERM|EACCES|ENOENT|EIO)'

pid1() {
	prop "no ptrace attach" "$BARRED" ns allowed ptrace 1
	prop "no ptrace seize" "$BARRED" ns allowed ptrace-seize 1
	prop "no process_vm_readv" "$BARRED" ns "refused EFAULT" vm-read 1
	prop "no process_vm_writev" "$BARRED" ns "refused EFAULT" vm-write 1
	prop "no kcmp" "$BARRED" ns allowed kcmp 1
	prop "no pidfd_getfd" "$BARRED" ns allowed pidfd-getfd 1
	prop "its limits stay" "$BARRED" ns allowed prlimit 1
	for f in environ auxv maps; do
		prop "/proc/1/$f cannot be read" "($HIDDEN|empty)" \
			ns allowed read "/proc/1/$f"
	done
	prop "/proc/1/mem cannot be opened" "$HIDDEN" ns "refused EIO" \
		read /proc/1/mem
	for f in root cwd exe fd/0 ns/net; do
		prop "/proc/1/$f leads nowhere" "$HIDDEN" \
			ns allowed readlink "/proc/1/$f"
	done
	for f in fd root/ cwd/ map_files; do
		prop "/proc/1/$f cannot be listed" "$HIDDEN" \
			ns allowed list "/proc/1/$f"
	done
	pid1_signals
}

# Each of these would end or hang a box whose init can be reached.
pid1_signals() {
	check_output "no signal ends it" alive \
		inside /workspace/probe kill-all 1
	for sig in STOP KILL TERM; do
		check_output "SIG$sig does not hold it" "still here" \
			inside sh -c "kill -$sig 1; sleep 0.1
				sh -c 'echo still here'"
	done
	check_output "kill(-1) does not reach it" "still here" \
		inside sh -c 'trap "" USR1; /workspace/probe kill-everybody 10 >/dev/null
			sh -c "echo still here"'
}

run_ways pid1
test_end
