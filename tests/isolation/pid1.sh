#!/bin/sh
# SPDX-License-Identifier: ISC
# pid 1 can be neither traced, read, stopped, killed nor bent.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

HELD='refused (EPERM|EACCES|ENOSYS|ESRCH|EBADF)'
HIDDEN='refused (EPERM|EACCES|ENOENT|EIO)'

# In the control pid 1 is the probe itself, of the same id and undefended.
pid1() {
	ask pid1-ptrace "$HELD" ns allowed ptrace 1
	ask pid1-seize "$HELD" ns allowed ptrace-seize 1
	ask pid1-vm-read "$HELD" ns "refused EFAULT" vm-read 1
	ask pid1-vm-write "$HELD" ns "refused EFAULT" vm-write 1
	ask pid1-kcmp "$HELD" ns allowed kcmp 1
	ask pid1-getfd "$HELD" ns allowed pidfd-getfd 1
	ask pid1-prlimit "$HELD" ns allowed prlimit 1
	ask pid1-advise "$HELD" root "refused (ENOMEM|EFAULT|EINVAL)" \
		advise 1
	ask pid1-move-pages "$HELD" ns "(allowed|refused ENODEV)" move-pages 1
	ask pid1-robust-list "$HELD" ns allowed robust-list 1
	ask pid1-environ "($HIDDEN|empty)" ns "(allowed|empty)" \
		read /proc/1/environ
	ask pid1-auxv "($HIDDEN|empty)" ns allowed read /proc/1/auxv
	ask pid1-maps "($HIDDEN|empty)" ns allowed read /proc/1/maps
	ask pid1-smaps "($HIDDEN|empty)" ns allowed read /proc/1/smaps
	ask pid1-syscall "($HIDDEN|empty)" ns? allowed read /proc/1/syscall
	ask pid1-stack "($HIDDEN|empty)" root? "(allowed|empty)" \
		read /proc/1/stack
	ask pid1-personality "($HIDDEN|empty)" ns? allowed \
		read /proc/1/personality
	ask pid1-io "($HIDDEN|empty)" ns? allowed read /proc/1/io
	ask pid1-mem "$HIDDEN" ns "refused EIO" read /proc/1/mem
	ask pid1-mem-write "$HIDDEN" ns allowed open-write /proc/1/mem
	ask pid1-oom-score "$HIDDEN" ns allowed \
		open-write /proc/1/oom_score_adj
	ask pid1-root "$HIDDEN" ns allowed readlink /proc/1/root
	ask pid1-cwd "$HIDDEN" ns allowed readlink /proc/1/cwd
	ask pid1-exe "$HIDDEN" ns allowed readlink /proc/1/exe
	ask pid1-exe-open "$HIDDEN" ns allowed read /proc/1/exe
	ask pid1-fd "$HIDDEN" ns allowed readlink /proc/1/fd/0
	ask pid1-fdinfo "$HIDDEN" ns allowed list /proc/1/fdinfo
	ask pid1-ns "$HIDDEN" ns allowed readlink /proc/1/ns/net
	ask pid1-fds "$HIDDEN" ns allowed list /proc/1/fd
	ask pid1-root-list "$HIDDEN" ns allowed list /proc/1/root/
	ask pid1-cwd-list "$HIDDEN" ns allowed list /proc/1/cwd/
	ask pid1-map-files "$HIDDEN" ns allowed list /proc/1/map_files
	ask pid1-task-fds "$HIDDEN" ns allowed \
		list /proc/1/task/1/fd
	answers
	signals
}

# Each of these would end or hang a box whose init can be reached; outside
# they end the one that is not init.
signals() {
	judge pid1-signals alive "$(inside /workspace/probe kill-all 1)" \
		"alive killed" "$(outside user sh -c "sleep 20 & p=\$!
			a=\$('$PROBE' kill-all \$p)
			wait \$p
			[ \$? -gt 128 ] && echo \$a killed")"
	for sig in STOP KILL TERM; do
		check_output "SIG$sig does not hold it" "still here" \
			inside sh -c "kill -$sig 1; sleep 0.1
				sh -c 'echo still here'"
	done
	judge pid1-pidfd-kill "still here" \
		"$(inside sh -c './probe pidfd-signal 1 9 >/dev/null
			sleep 0.1; sh -c "echo still here"')" \
		allowed "$(outside user sh -c "sleep 20 & '$PROBE' \
			pidfd-signal \$! 9")"
	judge pid1-kill-everybody "still here" \
		"$(inside sh -c 'trap "" USR1
			/workspace/probe kill-everybody 10 >/dev/null
			sh -c "echo still here"')" \
		killed "$(inside sh -c 'sleep 20 & p=$!
			trap "" USR1; /workspace/probe kill-everybody 10 \
				>/dev/null
			wait $p; [ $? -gt 128 ] && echo killed')"
}

run_ways pid1
property_end
