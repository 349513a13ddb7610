#!/bin/sh
# SPDX-License-Identifier: ISC
# Shows an agent mending a failing project inside a sandbox, without a key:
# the model's words come from a transcript, all else is real.
#   run.sh [OPTION-OF-STOCKADE-AGENT...]
# STOCKADE names the program, if it is neither in the build tree nor in PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=contrib/demo/common.sh
. "$here/common.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/stockade-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
# Whoever called us by sudo: the project becomes theirs, as in their own home.
cp -R "$here/project" "$work/till"
own "$work"

say "A project with failing tests, in $work/till:"
ls "$work/till"
say "The agent, with a recorded model in the place of a real one:"
status=0
"$stockade" agent -C "$work/till" \
	--provider "replay:$here/transcript.jsonl" --model demo \
	--session-dir "$work/session" --test "$test_command" "$@" \
	"$(cat "$here/task.txt")" || status=$?
[ "$status" -eq 0 ] || {
	say "The agent ended with status $status."
	exit "$status"
}
say "Once more, without the agent, in a sandbox of its own:"
"$stockade" run -C "$work/till" -- sh -c "$test_command" || exit 1
changed "$here/project" "$work/till"
