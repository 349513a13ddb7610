#!/bin/sh
# SPDX-License-Identifier: ISC
# Command rules below the shell: what is not named cannot be executed from
# the system, by any road.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
[ -x /usr/bin/python3 ] || skip_all "no python3"
LOADER=$(readelf -l /bin/sh 2>/dev/null |
	sed -n 's/.*interpreter: \(.*\)\]/\1/p')
[ -n "$LOADER" ] || skip_all "no dynamic linker, or no readelf"

# road NAME COMMAND...: refused under the rules, and it works without them.
road() {
	road=$1
	shift
	check_fails "$road" box -p "$T/policy" -- "$@"
	check "control: $road" box -p "$T/none" -- "$@"
}

# py NAME SCRIPT: the same by an allowed interpreter.
py() {
	road "$1" python3 -c "import os
def copy(fd):
    os.write(fd, open('/usr/bin/id', 'rb').read())
$2"
}

commands() {
	echo 'workspace noexec command allow sh cat python3' >"$T/policy"
	: >"$T/none"
	cat /usr/bin/id >"$W/copy"
	printf '#!/usr/bin/true\n' >"$W/script"
	printf '#!/bin/sh\necho ran\n' >"$W/shell"
	chmod 755 "$W/copy" "$W/script" "$W/shell"
	check_output "what is named runs" ok box -p "$T/policy" -- \
		sh -c 'echo ok | cat'
	check_output "with its libraries" ok box -p "$T/policy" -- \
		python3 -c 'import ctypes, json, ssl; print("ok")'
	check_status "another does not, and 126 says so" 126 \
		box -p "$T/policy" -- id
	road "an absolute path" /usr/bin/id
	road "by the shell" sh -c id
	road "a copy in the workspace" /workspace/copy
	road "a script of it in the workspace" /workspace/shell
	road "a script's interpreter" /workspace/script
	road "the dynamic linker, run as a program" "$LOADER" /usr/bin/id
	road "and of the copy" "$LOADER" /workspace/copy
	check "control: it runs what is named" box -p "$T/policy" -- \
		"$LOADER" /usr/bin/cat /etc/hostname
	for dir in /tmp /dev/shm; do
		check_fails "a copy in $dir" box -p "$T/policy" -- python3 -c \
			"import shutil, os
shutil.copy('/usr/bin/id', '$dir/id'); os.execv('$dir/id', ['id'])"
	done
	check "control: a copy in /tmp" box -p "$T/none" -- \
		sh -c 'cp /usr/bin/id /tmp && /tmp/id'
	py "a descriptor" 'os.execve(os.open("/usr/bin/id", 0), ["id"], {})'
	py "/proc/self/fd" 'fd = os.open("/usr/bin/id", 0)
os.execv("/proc/self/fd/%d" % fd, ["id"])'
	py "a memory file" 'fd = os.memfd_create("id", 0)
copy(fd)
os.execve(fd, ["id"], {})'
	py "one without a name" 'fd = os.open("/tmp", os.O_RDWR|os.O_TMPFILE,
    0o700)
copy(fd)
ro = os.open("/proc/self/fd/%d" % fd, 0)
os.close(fd)
os.execve(ro, ["id"], {})'
	py "a library of the workspace" 'import mmap
f = open("/workspace/copy", "rb")
mmap.mmap(f.fileno(), 4096, mmap.MAP_PRIVATE,
    mmap.PROT_READ | mmap.PROT_EXEC)'
	names
	noexec_alone
}

names() {
	check "a memory file that cannot be executed may be had" \
		box -p "$T/policy" -- python3 -c \
		'import os; os.memfd_create("x", 8)'
	echo 'command allow nosuchprogram' >"$T/wrong"
	check_match "a name that is none is told" \
		'stockade run: command allow nosuchprogram: .*path' \
		box -p "$T/wrong" -- true
	echo 'command allow sh /usr/bin' >"$T/dir"
	check "a directory allows what is in it" box -p "$T/dir" -- \
		sh -c '/usr/bin/id'
	echo 'command allow /bin/sh' >"$T/abs"
	check "a path will do" box -p "$T/abs" -- sh -c :
	check_fails "and that one alone" box -p "$T/abs" -- id
	check "the workspace's own run, if it is not noexec" \
		box -p "$T/abs" -- /workspace/shell
}

noexec_alone() {
	echo 'workspace noexec' >"$T/noexec"
	check_status "workspace noexec" 126 box -p "$T/noexec" -- \
		/workspace/copy
	check_fails "nor by the linker" box -p "$T/noexec" -- \
		"$LOADER" /workspace/copy
	check "and the system as ever" box -p "$T/noexec" -- id
}

run_ways commands
test_end
