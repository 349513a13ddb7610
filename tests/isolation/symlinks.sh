#!/bin/sh
# SPDX-License-Identifier: ISC
# Links in the workspace lead to places inside, never to the host's.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

NOWHERE='refused (ENOENT|EACCES)'

symlinks() {
	echo host-secret >"$T/secret"
	chmod 644 "$T/secret"
	rel=../../../../../../../../..$T/secret
	ln -sf "$T/secret" "$W/absolute"
	ln -sf "$rel" "$W/relative"
	ln -sf /etc/hostname "$W/etc"
	ln -sfn "$T" "$W/folder"
	: >"$T/scratch"
	chmod 666 "$T/scratch"
	ln -sf "$T/scratch" "$W/scratch"
	cp -dR "$W/absolute" "$W/relative" "$W/folder" "$W/scratch" "$CTL"
	ask link-absolute "$NOWHERE" user allowed read ./absolute
	ask link-relative "$NOWHERE" user allowed read ./relative
	ask link-folder "$NOWHERE" user allowed read ./folder/secret
	ask link-write "$NOWHERE" user allowed open-write ./scratch
	ask link-dotdot "$NOWHERE" user allowed \
		read "../../../../../../../../..$T/secret"
	answers
	for f in absolute relative; do
		check_fails "$f is not written through" \
			inside sh -c "echo changed >/workspace/$f"
	done
	check_output "the host's file is as it was" host-secret \
		cat "$T/secret"
	check_no_match "a link to /etc shows the box's" "^$(uname -n)\$" \
		inside sh -c 'cat /workspace/etc 2>/dev/null; true'
}

run_ways symlinks
property_end
