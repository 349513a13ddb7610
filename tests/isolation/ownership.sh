#!/bin/sh
# SPDX-License-Identifier: ISC
# What a command writes belongs to the caller.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

owner_wanted() {
	if [ "$WAY" = root ]; then
		echo "0:0"
	elif is_root; then
		echo "$TEST_UID:$TEST_GID"
	else
		echo "$(id -u):$(id -g)"
	fi
}

ownership() {
	echo from-outside >"$W/given"
	! is_root || chown "$(owner_wanted)" "$W/given"
	check "files and folders are made" inside sh -c \
		'echo x >made; mkdir -p a/b; echo y >a/b/c; ln -s made link'
	for f in made a a/b a/b/c link; do
		check_output "$f is the caller's" "$(owner_wanted)" \
			stat -c %u:%g "$W/$f"
	done
	check_output "what was there is the command's own" "from-outside
more" inside sh -c 'echo more >>given; cat given'
	check_output "inside the owner is oneself" same inside sh -c \
		'test "$(stat -c %u made)" = "$(id -u)" && echo same'
	check "modes can be changed" inside chmod 600 given
	check_output "and are, outside" 600 stat -c %a "$W/given"
	check "it can be removed" inside rm -rf a made link
	check_output "and is gone" "given
probe" ls -A "$W"
	other_group
	check_output "other workspaces are not touched" "" ls -A "$CTL"
}

# What is the caller's stays usable, whatever group it has.
other_group() {
	is_root || return 0
	mkdir "$W/grouped"
	echo one >"$W/grouped/file"
	chown -R "$(owner_wanted | sed 's/:.*//'):12345" "$W/grouped"
	check "a file of another group is written" \
		inside sh -c 'echo two >>grouped/file'
	check "and one made in a folder of another group" \
		inside touch grouped/new
	check_output "it keeps its group" 12345 stat -c %g "$W/grouped/file"
	rm -rf "$W/grouped"
}

run_ways ownership
test_end
