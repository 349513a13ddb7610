#!/bin/sh
# SPDX-License-Identifier: ISC
# Links in the workspace lead to places inside, never to the host's.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

symlinks() {
	echo host-secret >"$T/secret"
	chmod 644 "$T/secret"
	rel=../../../../../../../../..$T/secret
	ln -sf "$T/secret" "$W/absolute"
	ln -sf "$rel" "$W/relative"
	ln -sf /etc/hostname "$W/etc"
	ln -sfn "$T" "$W/folder"
	check_output "control: outside the links lead there" host-secret \
		cat "$W/absolute"
	for f in absolute relative folder/secret; do
		prop "$f leads nowhere" "refused (ENOENT|EACCES)" none "" \
			read "/workspace/$f"
	done
	for f in absolute relative; do
		check_fails "$f is not written through" \
			inside sh -c "echo changed >/workspace/$f"
	done
	check_output "the host's file is as it was" host-secret \
		cat "$T/secret"
	check_no_match "a link to /etc shows the box's" "^$(uname -n)\$" \
		inside sh -c 'cat /workspace/etc 2>/dev/null; true'
	prop "no way up through .." "refused ENOENT" none "" \
		read "/workspace/../../..$T/secret"
}

run_ways symlinks
test_end
