#!/bin/sh
# SPDX-License-Identifier: ISC
# Servers on the loopback interface, many processes, things that run along.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin

servers() {
	workload "a web server and curl on the loopback interface" \
		"served" python3 curl <<'END'
echo served >index.html
python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 &
curl -s --retry 20 --retry-connrefused --retry-delay 1 http://localhost:8000/
kill $!
END
	workload "the same over IPv6 and by node" "over six" node curl <<'END'
node -e 'require("http").createServer((q, r) => r.end("over six\n"))
	.listen(8001, "::1")' &
curl -s --retry 20 --retry-connrefused --retry-delay 1 'http://[::1]:8001/'
kill $!
END
	workload "a server on a UNIX socket" "unix hi" python3 <<'END'
cat >s.py <<'P'
import socket, threading
s = socket.socket(socket.AF_UNIX); s.bind("/tmp/s"); s.listen()
def f():
    c, _ = s.accept(); c.sendall(b"unix " + c.recv(9)); c.close()
t = threading.Thread(target=f); t.start()
c = socket.socket(socket.AF_UNIX); c.connect("/tmp/s"); c.sendall(b"hi")
print(c.recv(99).decode())
P
python3 s.py
END
	workload "UDP, asyncio and a resolver of localhost" "datagram" \
		python3 <<'END'
cat >s.py <<'P'
import asyncio, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("localhost", 0))
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
async def main():
    c.sendto(b"datagram", s.getsockname())
    await asyncio.sleep(0.01)
    p = await asyncio.create_subprocess_exec("true"); await p.wait()
    print(s.recv(99).decode())
asyncio.run(main())
P
python3 s.py
END
	workload "200 processes at once" "200 done" sh <<'END'
i=0
while [ $i -lt 200 ]; do
	(sleep 1; echo x >>count) &
	i=$((i + 1))
done
wait
echo "$(wc -l <count) done"
END
	workload "xargs -P 20" "500" xargs <<'END'
seq 500 | xargs -P 20 -n 1 sh -c 'echo $0' | wc -l
END
	workload "a loop that sleeps, as cron would" "ticks 5" sh <<'END'
(while :; do echo tick >>log; sleep 0.1; done) &
loop=$!
sleep 1.2
kill $loop
test "$(wc -l <log)" -ge 5 && echo "ticks 5"
END
	workload "daemons: nohup, setsid, disown" "still there" setsid <<'END'
setsid nohup sleep 30 >/dev/null 2>&1 &
sleep 0.2
pgrep -x sleep >/dev/null && echo still there
END
	workload "timeout and signals" "status 124" timeout <<'END'
s=0; timeout 0.2 sleep 5 || s=$?
echo "status $s"
END
	workload "System V and POSIX shared memory" "shared 42" python3 <<'END'
cat >m.py <<'P'
from multiprocessing import shared_memory, Process
def f(n):
    m = shared_memory.SharedMemory(n); m.buf[0] = 42; m.close()
if __name__ == "__main__":
    m = shared_memory.SharedMemory(create=True, size=4096)
    p = Process(target=f, args=(m.name,)); p.start(); p.join()
    print("shared", m.buf[0]); m.close(); m.unlink()
P
python3 m.py
ipcs >/dev/null
END
	postgres
}

# The newest of those that Debian puts side by side.
postgres() {
	pg=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null |
		sort -V | tail -n 1)
	workload "PostgreSQL" ".*rows 3.*" "+${pg:-/usr/lib/postgresql/initdb}" \
		<<END
PATH=$(dirname "${pg:-/}"):\$PATH
initdb -D /tmp/db -A trust -N >/dev/null
pg_ctl -D /tmp/db -w -s -o '-k /tmp -c shared_buffers=4MB' -l log start
psql -h /tmp -d postgres -c 'create table t(x int); insert into t values (1), (2), (3);'
psql -h /tmp -d postgres -At -c "select 'rows ' || count(*) from t"
pg_ctl -D /tmp/db -m fast -s stop
END
}

workload_ways servers
test_end
