#!/bin/sh
# SPDX-License-Identifier: ISC
# Records transcript.jsonl anew: the agent talks to a model server on
# loopback that gives the answers of answers.jsonl, whatever it is asked.
#   record.sh [MODEL-SERVER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=contrib/demo/common.sh
. "$here/common.sh"
server=${1:-${top_builddir:-.}/tests/lib/model_server}

work=$(mktemp -d "${TMPDIR:-/tmp}/stockade-demo.XXXXXX")
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cp -R "$here/project" "$work/till"
own "$work"
mkfifo "$work/port"
"$server" "$here/answers.jsonl" >"$work/port" &
pid=$!
read -r port <"$work/port"

ANTHROPIC_API_KEY=none "$stockade" agent -C "$work/till" \
	--provider anthropic --base-url "http://127.0.0.1:$port" \
	--model demo --session-dir "$work/session" \
	--record "$work/transcript.jsonl" --test "$test_command" \
	"$(cat "$here/task.txt")"
changed "$here/project" "$work/till"
cat "$work/transcript.jsonl" >"$here/transcript.jsonl"
say "Recorded $here/transcript.jsonl"
