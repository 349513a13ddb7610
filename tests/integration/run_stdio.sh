#!/bin/sh
# SPDX-License-Identifier: ISC
# stdin, stdout and stderr behave as they do under env.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

# The same words with and without a box.
same_as_env() {
	name=$1
	shift
	"$1" as env >"$T/want" 2>&1
	want=$?
	"$1" inside >"$T/got" 2>&1
	got=$?
	if [ "$want" -eq "$got" ] && cmp -s "$T/want" "$T/got"; then
		ok "$name"
	else
		not_ok "$name" "status $got for $want:
$(diff "$T/want" "$T/got" | head -n 10)"
	fi
}

from_file() { "$@" cat <"$T/lines"; }
from_pipe() { seq 1 1000 | "$@" tail -n 1; }
from_nothing() { "$@" cat </dev/null; }
from_closed() { "$@" sh -c 'cat 2>/dev/null; true' <&-; }
out_closed() { "$@" sh -c 'echo x 2>/dev/null; true' >&-; }
no_newline() { printf 'no newline' | "$@" cat; }
binary() { head -c 100000 "$PROBE" | "$@" cat | cksum; }
# All that was asked of it was read: a file comes through a pipe, in which
# head(1) cannot go back, as it does in a file.
shared() { ("$@" sh -c 'cat >/dev/null'; cat; echo end) <"$T/lines"; }
half_read() { ("$@" sh -c 'read -r a; echo "$a"'; cat) <"$T/lines"; }
order() {
	"$@" sh -c 'for i in 1 2 3 4 5 6 7 8; do
		echo out$i; echo err$i >&2; done'
}
only_out() { "$@" sh -c 'echo out; echo err >&2' 2>/dev/null; }
only_err() { { "$@" sh -c "echo out; echo err >&2" >/dev/null; } 2>&1; }
large() { "$@" head -c 50000000 /dev/zero | cksum; }
appended() {
	echo first >"$T/append"
	"$@" echo second >>"$T/append"
	cat "$T/append"
}
in_background() { "$@" cat <"$T/lines" & wait $!; }
reader_leaves() { "$@" yes | head -n 2; }

# By name, as scripts do. Under env this works for one's own files and pipes;
# what a command has from us is its own.
reopened() {
	check_output "/dev/stdout can be opened" a \
		inside sh -c 'echo a >/dev/stdout'
	got=$(inside sh -c 'echo b >/dev/stderr' 2>&1 >/dev/null)
	check_equal "and /dev/stderr" b "$got"
	got=$(inside head -n 1 /dev/stdin <"$T/lines" 2>&1)
	check_equal "and /dev/stdin, a file" 1 "$got"
}

stdio() {
	for f in from_file from_pipe from_nothing from_closed out_closed \
		no_newline binary shared half_read order only_out only_err \
		large appended in_background reader_leaves
	do
		same_as_env "$(echo "$f" | tr _ ' ')" "$f"
	done
	reopened
	# A writer whose reader went away dies of it, at once.
	(inside yes; echo $? >"$T/status") 2>/dev/null | head -n 1 >/dev/null
	check_output "SIGPIPE ends the writer" 141 cat "$T/status"
	(inside sh -c 'trap "" PIPE; while echo y; do :; done 2>/dev/null
		exit 9'; echo $? >"$T/status") 2>/dev/null |
		head -n 1 >/dev/null
	check_output "EPIPE is seen by who ignores it" 9 cat "$T/status"
	check_output "nothing of ours is in the output" "" \
		inside sh -c 'true' 2>&1
	# Whoever reads our output must see its end when we end.
	got=$(inside sh -c 'sleep 60 & echo done')
	check_equal "the pipe's end comes with the command's" "done" "$got"
}

seq 1 1000 >"$T/lines"
chmod 644 "$T/lines"
run_ways stdio
test_end
