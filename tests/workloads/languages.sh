#!/bin/sh
# SPDX-License-Identifier: ISC
# Interpreters and their package tools.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin

languages() {
	workload "python3 with processes, threads and shared memory" \
		"python 285 45" python3 <<'END'
cat >t.py <<'P'
import ctypes, multiprocessing as mp, threading, tempfile, sqlite3, ssl
def f(x): return x * x
if __name__ == "__main__":
    with mp.Pool(4) as p:
        s = sum(p.map(f, range(10)))
    with mp.Manager() as m:
        l = m.list(range(10))
        t = sum(l)
    cb = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)
    assert cb() == 1
    assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,)
    print("python", s, t)
P
python3 t.py
END
	workload "python3 makes a virtual environment" "/workspace/env" \
		python3 <<'END'
python3 -m venv --without-pip env
. env/bin/activate
python -c 'import sys; print(sys.prefix)'
END
	workload "pytest" ".*2 passed.*" python3 pytest <<'END'
cat >test_a.py <<'P'
import subprocess
def test_one(tmp_path):
    (tmp_path / "x").write_text("x")
def test_two():
    assert subprocess.check_output(["echo", "hi"]) == b"hi\n"
P
pytest -q
END
	workload "pytest, as Python's module" ".*1 failed.*" python3 pytest <<'END'
printf 'def test_one():\n    assert 1 == 2\n' >test_a.py
/usr/bin/python3 -m pytest -q || test $? -eq 1
END
	workload "node with workers, crypto and a child" "node 3 42 ok" \
		node <<'END'
cat >t.js <<'J'
const { Worker, isMainThread, parentPort } = require("worker_threads");
if (!isMainThread) { parentPort.postMessage(42); return; }
const { execFileSync } = require("child_process");
require("crypto").randomBytes(8);
const w = new Worker(__filename);
w.on("message", (m) => {
	console.log("node", 1 + 2, m, execFileSync("echo", ["ok"]).toString().trim());
});
J
node t.js
END
	workload "npm runs a script" "from npm" +npm node <<'END'
cat >package.json <<'J'
{ "name": "t", "version": "1.0.0",
  "scripts": { "prebuild": "echo before", "build": "node -p '\"from npm\"'" } }
J
npm run --silent build
END
	workload "npm installs a local package" "dependency 42" +npm node <<'END'
mkdir dep
echo '{ "name": "dep", "version": "1.0.0", "main": "i.js" }' >dep/package.json
echo 'module.exports = 42' >dep/i.js
echo '{ "name": "t", "version": "1.0.0" }' >package.json
npm install --offline --no-audit --no-fund --silent ./dep
node -p '"dependency " + require("dep")'
END
	workload "perl with sockets and fork" "perl 3" perl <<'END'
perl -MSocket -MPOSIX -e '
socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die;
my $p = fork;
if (!$p) { syswrite $b, "3\n"; POSIX::_exit(0) }
waitpid $p, 0; print "perl ", scalar <$a>;'
END
	workload "ruby" "ruby 6" ruby <<'END'
ruby -rjson -e 't = (1..3).map { |i| Thread.new { i } }
puts "ruby #{t.sum(&:value)}"'
END
	workload "lua" "lua 55" +lua5.4 <<'END'
lua5.4 -e 's = 0 for i = 1, 10 do s = s + i end print("lua " .. s)'
END
	workload "php" "php 42" +php <<'END'
php -r 'echo "php ", json_decode("{\"a\":42}")->a, "\n";
exit(class_exists("Phar") && function_exists("token_get_all") ? 0 : 1);'
END
	workload "tclsh" "tcl 42" +tclsh <<'END'
echo 'puts "tcl [expr 6*7]"' | tclsh
END
	workload "zsh with job control and globs" "zsh 3" +zsh <<'END'
touch a b c
zsh -c 'setopt monitor; sleep 0.1 & wait; f=([abc]); echo "zsh $#f"'
END
	workload "bash with process substitution" "bash same" bash <<'END'
bash -c 'diff <(seq 5) <(seq 5) && echo "bash same"'
END
	workload "gawk and mawk" "awk 5050" awk <<'END'
seq 100 | awk '{ s += $1 } END { print "awk", s }'
END
}

workload_ways languages
test_end
