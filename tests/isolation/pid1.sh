#!/bin/sh
# SPDX-License-Identifier: ISC
# pid 1 can be neither traced, read, stopped, killed nor bent.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

BARRED='refused (EPERM|EACCES|ENOSYS|ESRCH)'

survives() {
	check_output "$1" "$2" timeout -k 5 20 "$BIN/stockade" --version
}

pid1() {
	prop "no ptrace attach" "$BARRED" ns allowed ptrace 1
	prop "no ptrace seize" "$BARRED" ns allowed ptrace-seize 1
	prop "no process_vm_readv" "$BARRED" ns "refused EFAULT" vm-read 1
	prop "no process_vm_writev" "$BARRED" ns "refused EFAULT" vm-write 1
	prop "no kcmp" "$BARRED" ns allowed kcmp 1
	prop "no pidfd_getfd" "$BARRED" ns allowed pidfd-getfd 1
	prop "its limits stay" "$BARRED" ns allowed prlimit 1
	for f in environ mem maps auxv; do
		prop "/proc/1/$f cannot be read" \
			"refused (EPERM|EACCES|EIO|ENOENT)|empty" none "" \
			read "/proc/1/$f"
	done
	for f in root cwd exe fd/0 ns/net; do
		prop "/proc/1/$f leads nowhere" \
			"refused (EPERM|EACCES|ENOENT)" none "" \
			readlink "/proc/1/$f"
	done
	prop "/proc/1/fd cannot be listed" "refused (EPERM|EACCES|ENOENT)" \
		ns allowed list /proc/1/fd
	prop "/proc/1/root is not a way" "refused (EPERM|EACCES|ENOENT)" \
		ns allowed list /proc/1/root/
	prop "control: environ of pid 1 is there" "$BARRED" ns allowed \
		list /proc/1/fdinfo
	pid1_signals
}

# Each of these would hang or end a box whose init can be reached.
pid1_signals() {
	check_output "no signal ends it" alive \
		timeout 20 "$BIN/in-box" /workspace/probe kill-all 1
	for sig in STOP KILL TERM; do
		check_output "and not SIG$sig by itself" "still here" \
			timeout 20 "$BIN/in-box" sh -c "kill -$sig 1
				sleep 0.1; sh -c 'echo still here'"
	done
	check_output "kill(-1) does not reach it" "still here" \
		timeout 20 "$BIN/in-box" sh -c "/workspace/probe \
			kill-everybody 15 >/dev/null; sh -c 'echo still here'"
}

# timeout(1) runs programs, not functions.
run_way() {
	cat >"$BIN/in-box" <<END
#!/bin/sh
exec "$STOCKADE" run -C "$W" -- "\$@"
END
	chmod 755 "$BIN/in-box"
	pid1
}

run_ways run_way
test_end
