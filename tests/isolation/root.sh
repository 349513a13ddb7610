#!/bin/sh
# SPDX-License-Identifier: ISC
# A root file system other than the host's, with the same guarantees.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
BUSYBOX=$(command -v busybox) || skip_all "no busybox"
case $(LC_ALL=C ldd "$BUSYBOX" 2>&1) in
*"not a dynamic"* | *"statically"*) ;;
*) skip_all "busybox is not static" ;;
esac

# busybox itself gives such a bit back.
${CC:-cc} -static -x c -o "$T/euid" - <<'EOF' || skip_all "no static libc"
#include <stdio.h>
#include <unistd.h>
int
main(void)
{
	return printf("%d\n", (int)geteuid()) < 0;
}
EOF

# make_root DIR: a small system, with what must not be believed.
make_root() {
	mkdir -p "$1/bin" "$1/usr/bin" "$1/etc/own" "$1/dev" "$1/proc" \
		"$1/opt/tool"
	cp "$BUSYBOX" "$1/bin/busybox"
	for applet in sh cat ls id touch test mount readlink mkdir echo; do
		ln -s busybox "$1/bin/$applet"
	done
	cp "$PROBE" "$1/usr/bin/probe"
	cp "$T/euid" "$1/usr/bin/euid"
	ln -s "$T/secret" "$1/usr/bin/link"
	echo theirs >"$1/etc/own/file"
	echo theirs >"$1/etc/their.conf"
	echo 'root::0:0:theirs:/:/bin/sh' >"$1/etc/passwd"
	ln -s "$T/secret" "$1/etc/hosts"
	ln -s "$T/secret" "$1/etc/to-host"
	ln -s / "$1/sbin"
	ln -s /etc "$1/lib"
	echo tool >"$1/opt/tool/file"
	mkdir "$1/root"
	echo hidden >"$1/root/hidden"
}

# rooted COMMAND...
rooted() {
	box --root "$R" -- "$@"
}

root() {
	R=$T/root-$WAY
	echo host-secret >"$T/secret"
	chmod 644 "$T/secret"
	make_root "$R"
	[ "$WAY" = root ] || chown -R "$TEST_UID:$TEST_GID" "$R"
	! is_root || chown 0:0 "$R/usr/bin/euid"
	chmod 6755 "$R/usr/bin/euid"
	check_output "its programs run" ok rooted /bin/busybox echo ok
	check_output "and its links" ok rooted sh -c 'echo ok'
	check_fails "the host's do not" rooted /usr/bin/env true
	check "control: they do where they are" inside /usr/bin/env true
	check_output "its settings" theirs rooted cat /etc/their.conf
	check_output "in directories, too" theirs rooted cat /etc/own/file
	check_output "but the box's users" "uid=1000(user)" rooted sh -c \
		'set -- $(id); echo $1'
	check_match "and the box's hosts" '.*localhost stockade' \
		rooted cat /etc/hosts
	check_output "and opt" tool rooted cat /opt/tool/file
	for link in /usr/bin/link /etc/to-host "/lib/../$T/secret"; do
		check_fails "$link does not lead to the host" \
			rooted cat "$link"
	done
	check_output "a link at the top is the box's" theirs \
		rooted cat /lib/their.conf
	check_fails "what is no part of a system is not shown" \
		rooted cat /root/hidden
	check_fails "nothing is left of how it was put together" \
		rooted ls /.root
	for p in /usr/x /bin/x /etc/x /etc/own/file /opt/x /x; do
		check_fails "$p is not written" rooted sh -c "echo x >$p"
	done
	check "control: the workspace is" rooted touch /workspace/x
	check_output "its setuid bit gives nothing" 1000 \
		rooted euid
	! is_root || check_output "control: outside it does" 0 \
		as_user "$R/usr/bin/euid"
	check_match "no new privileges" 'NoNewPrivs:.1' \
		rooted cat /proc/self/status
	check_match "read-only, nosuid, nodev" \
		'.* /usr ro,nosuid,nodev.*' rooted cat /proc/self/mountinfo
	check_fails "the host's devices are not there" rooted ls /dev/kmsg
	check_output "what /proc masks" "" rooted cat /proc/cmdline
	check_fails "no mount" rooted mount -t tmpfs x /tmp
	echo "root $R command allow sh cat" >"$T/root.policy"
	check "by a policy, with its rules" box -p "$T/root.policy" -- \
		sh -c 'cat /etc/their.conf'
	wrong
}

wrong() {
	mkdir -p "$T/empty"
	check_match "a directory that is none is told" \
		'stockade run: root: .*no root file system' \
		box --root "$T/empty" -- true
	check_match "and what is not there" 'stockade run: root: .*' \
		box --root "$T/nosuch" -- true
}

run_ways root
test_end
