#!/bin/sh
# SPDX-License-Identifier: ISC
# No privilege is held, and none can be gained.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

status_is() {
	check_match "$1 is $2" "$1:[[:space:]]*$2" \
		inside grep "^$1:" /proc/self/status
}

privileges() {
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		status_is "$set" 0000000000000000
	done
	status_is NoNewPrivs 1
	status_is Seccomp 2
	status_is Groups "$(own_groups)"
	check_match "the ids agree with each other" \
		"uid same gid same groups .*" inside /workspace/probe ids
	prop "uid 0 is not taken" "$(root_or_refused)" ns allowed become 0
	prop "another uid is not taken" "refused (EPERM|EINVAL|ENOSYS)" \
		none "" become 12345
	prop "groups are not set" "refused (EPERM|ENOSYS|EINVAL)" \
		none "" setgroups 12345
	prop "no ambient capability" "$REFUSED" none "" ambient
	prop "a file is not given away" "refused (EPERM|EINVAL|ENOSYS)" \
		none "" chown /workspace/probe 12345 12345
	setuid_files
}

# Rootless, the groups of a caller without subordinate ids cannot be dropped:
# the kernel keeps them, unnamed (groups.sh). Otherwise there are none.
own_groups() {
	if [ "$WAY" = rootless ] && ! is_root; then
		echo '.*'
	fi
}

# To become whom one already is is no gain.
root_or_refused() {
	if [ "$(inside id -u)" = 0 ]; then
		echo allowed
	else
		echo 'refused (EPERM|EINVAL|ENOSYS)'
	fi
}

# A setuid program, of the system's and of the workspace's.
setuid_files() {
	check_no_match "su is no way" "uid=0.*CapEff.*[1-9a-f]" \
		inside sh -c 'su -c id 2>&1 </dev/null; true'
	check_match "the workspace is nosuid and nodev" \
		"/workspace (.*,)?nosuid.*nodev.*" \
		inside awk '$2 == "/workspace" { print $2, $4 }' /proc/mounts
	check_output "every writable folder is nosuid" "" inside sh -c \
		'awk "\$4 ~ /^rw/ && \$4 !~ /nosuid/ { print \$2 }" \
		/proc/mounts | while read -r d; do
			test ! -d "$d" || echo "$d"
		done'
	check_output "/usr is read-only, nosuid and nodev" "" inside awk \
		'$2 == "/usr" && ($4 !~ /^ro/ || $4 !~ /nosuid/ ||
			$4 !~ /nodev/) { print $2, $4 }' /proc/mounts
	is_root || return 0
	cp "$PROBE" "$W/suid"
	chown 0:0 "$W/suid"
	chmod 6755 "$W/suid"
	check_match "a setuid file changes nothing" \
		"uid same gid same groups .*" inside /workspace/suid ids
	if [ "$WAY" = rootless ]; then
		cp -p "$W/suid" "$CTL/suid"
		check_match "control: outside it does" \
			"uid differ gid differ groups .*" \
			as_user "$CTL/suid" ids
		rm -f "$CTL/suid"
	fi
	rm -f "$W/suid"
}

run_ways privileges
test_end
