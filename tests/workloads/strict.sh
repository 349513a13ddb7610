#!/bin/sh
# SPDX-License-Identifier: ISC
# What also runs in the strict profile, and what does not.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin
printf 'seccomp strict\n' >"$T/strict.policy"
chmod 644 "$T/strict.policy"
LOAD_OPTIONS="--policy $T/strict.policy"

strict() {
	workload "strict: the profile is in force" "no ptrace, no network" \
		python3 <<'END'
cat >p.py <<'P'
import ctypes, errno, socket
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(0, 0, 0, 0) == -1 and ctypes.get_errno() == errno.EPERM
try:
    socket.socket()
except PermissionError:
    print("no ptrace, no network")
P
/usr/bin/python3 p.py
END
	workload "strict: gcc, make and a program of one's own" "built" \
		gcc make <<'END'
printf '#include <stdio.h>\nint main(void) { puts("built"); }\n' >a.c
make -s a
./a
END
	workload "strict: python3, pytest and processes" ".*1 passed.*" \
		python3 pytest <<'END'
cat >test_a.py <<'P'
import ctypes, json, multiprocessing as mp, re, sqlite3, subprocess
def f(x): return x + 1
def test_all():
    with mp.Pool(2) as p:
        assert p.map(f, [1, 2]) == [2, 3]
    assert subprocess.check_output(["echo"]) == b"\n"
P
pytest -q
END
	workload "strict: git" "1" git <<'END'
git init -q -b main repo
cd repo
git config user.name t; git config user.email t@example.org
echo a >a; git add a; git commit -q -m one
git log --oneline | wc -l
END
	workload "strict: perl, awk, sed, sort, tar" "text" perl awk tar <<'END'
echo text >t
tar -cJf t.tar.xz t; rm t; tar -xf t.tar.xz
perl -ne 'print' t | awk 1 | sed s/x/x/ | sort
END
	workload "strict: grep -P without its compiler" "c 3" grep <<'END'
printf 'c 3\n' | grep -P '^c \d$'
END
	workload "strict: ruby, lua, sqlite3" "6" ruby +lua5.4 +sqlite3 <<'END'
test "$(lua5.4 -e 'print(6)')" = 6
test "$(sqlite3 :memory: 'select 6')" = 6
ruby -e 'puts [1, 2, 3].sum'
END
	workload "strict: node without its compiler" "3" node <<'END'
node --jitless -p '1 + 2'
END
	workload "strict: a local socket, a terminal, 50 processes" "done" \
		script <<'END'
script -qec 'tty' /dev/null >/dev/null
i=0
while [ $i -lt 50 ]; do sleep 0.2 & i=$((i + 1)); done
wait
/usr/bin/python3 -c 'import socket; socket.socketpair()'
echo done
END
	workload "strict: code that is made while it runs is refused" \
		"refused" python3 <<'END'
cat >m.py <<'P'
import mmap
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    print("refused")
P
/usr/bin/python3 m.py
END
}

workload_ways strict
test_end
