#!/bin/sh
# SPDX-License-Identifier: ISC
# Debuggers, tracers and sanitizers: they look into other processes.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin

debug() {
	workload "gdb stops at a breakpoint and shows a variable" \
		"\\\$1 = 42" gdb gcc <<'END'
cat >a.c <<'C'
int f(int x) { return x; }
int main(void) { return f(42) - 42; }
C
gcc -g -O0 -o a a.c
gdb -q -batch -nx -ex 'break f' -ex run -ex 'print x' -ex continue ./a </dev/null
END
	workload "gdb attaches to a running process" "attached" gdb gcc <<'END'
printf '#include <unistd.h>\nint main(void) { for (;;) pause(); }\n' >a.c
gcc -g -o a a.c
./a &
sleep 0.2
gdb -q -batch -nx -p $! -ex bt </dev/null | grep -q main && echo attached
kill $!
END
	workload "strace follows children" ".*execve.*true.*" strace <<'END'
strace -f -e trace=execve,clone,vfork -o log sh -c '/bin/true; :'
cat log
END
	workload "strace counts" ".* openat" strace <<'END'
strace -c -f sh -c 'cat /etc/passwd >/dev/null' 2>&1
END
	workload "strace attaches" ".*restart_syscall.*|.*nanosleep.*" \
		strace <<'END'
sleep 3 &
strace -o log -p $! &
tracer=$!
sleep 0.5
kill $tracer
wait $tracer || :
cat log
END
	workload "AddressSanitizer finds a fault" \
		".*heap-buffer-overflow.*" gcc <<'END'
cat >a.c <<'C'
#include <stdlib.h>
int main(int argc, char **argv) { (void)argv; char *p = malloc(4); p[3 + argc] = 1; return p[0]; }
C
gcc -g -fsanitize=address -o a a.c
! ./a
END
	workload "LeakSanitizer reports a leak" \
		".*detected memory leaks.*" gcc <<'END'
cat >a.c <<'C'
#include <stdlib.h>
void *volatile p;
int main(void) { p = malloc(77); p = 0; return 0; }
C
gcc -g -fsanitize=address -o a a.c
./a || test $? -eq 23 -o $? -eq 1
END
	workload "UndefinedBehaviorSanitizer" \
		".*signed integer overflow.*" gcc <<'END'
cat >a.c <<'C'
int main(int argc, char **argv) { (void)argv; int x = 2147483647; x += argc; return x == 0; }
C
gcc -g -fsanitize=undefined -o a a.c
./a
END
	thread_sanitizer
	workload "valgrind finds a leak and a bad read" \
		".*definitely lost: 77 bytes.*" valgrind gcc <<'END'
cat >a.c <<'C'
#include <stdlib.h>
void *volatile p;
int main(void) { p = malloc(77); p = 0; return 0; }
C
gcc -g -o a a.c
valgrind --leak-check=full ./a
END
	workload "a crash leaves no core, and says so" "status 139 cores 0" \
		gcc <<'END'
echo 'int main(void) { *(volatile int *)0 = 1; }' >a.c
gcc -o a a.c
s=0
(ulimit -c unlimited || :; ./a) || s=$?
echo "status $s cores $(ls | grep -c core || :)"
END
}

# Some kernels lay memory out as this one cannot bear: outside it fails, too.
thread_sanitizer() {
	cat >"$T/race.c" <<'END'
#include <pthread.h>
int x;
void *f(void *a) { int i; for (i = 0; i < 1000; i++) x++; return a; }
int main(void) { pthread_t t, u; pthread_create(&t, 0, f, 0);
pthread_create(&u, 0, f, 0); pthread_join(t, 0); pthread_join(u, 0); return 0; }
END
	if ! gcc -g -fsanitize=thread -o "$T/race" "$T/race.c" 2>/dev/null ||
		"$T/race" 2>&1 | grep -q 'unexpected memory mapping'; then
		skip_absent "ThreadSanitizer finds a race" \
			"it does not run on this kernel"
		return
	fi
	workload "ThreadSanitizer finds a race" ".*data race.*" gcc <<END
cat >race.c <<'C'
$(cat "$T/race.c")
C
gcc -g -fsanitize=thread -o race race.c
./race || test \$? -eq 66
END
}

workload_ways debug
test_end
