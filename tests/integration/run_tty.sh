#!/bin/sh
# SPDX-License-Identifier: ISC
# --tty gives a terminal of its own, which sizes, interrupts and ends.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs /usr/bin/python3

# drive MODE COMMAND...: in a box with --tty, at a terminal.
drive() {
	mode=$1
	shift
	as /usr/bin/python3 "$T/drive.py" "$mode" "$STOCKADE" run -C "$W" \
		--tty -- "$@"
}

undriven() {
	as /usr/bin/python3 "$T/drive.py" plain "$STOCKADE" run -C "$W" -- "$@"
}

terminals() {
	for fd in 0 1 2; do
		check_match "descriptor $fd is a terminal" tty \
			drive plain /workspace/probe isatty "$fd"
	done
	check_match "it is the box's own" /dev/pts/0 drive plain tty
	check_match "and the controlling one" "leader inside tty yes" \
		drive plain /workspace/probe session
	check_match "the size is ours" "33 101" drive plain stty size
	check_match "a new size arrives" "44 122" drive resize sh -c '
		trap "stty size; exit 0" WINCH
		echo ready
		while :; do sleep 0.1; done'
	check_match "Ctrl-C interrupts" ".*caught" drive ctrl-c sh -c '
		trap "echo caught; exit 3" INT
		echo ready
		while :; do sleep 0.1; done'
	check_match "and its status comes back" "status 3" drive ctrl-c \
		sh -c 'trap "exit 3" INT; echo ready
		while :; do sleep 0.1; done'
	check_match "Ctrl-C ends what does not catch it" "status 130" \
		drive ctrl-c sh -c 'echo ready; exec sleep 20'
	check_match "Ctrl-D ends the input" "ended" drive ctrl-d \
		sh -c 'echo ready; cat; echo ended'
	check_match "what is typed arrives" "got typed words" drive type \
		sh -c 'echo ready; read -r line; echo "got $line"'
	check_match "once, as it was typed" "1" drive type \
		sh -c 'echo ready; read -r line; echo "$line" >typed
			grep -c "typed words" typed'
	check_match "the status comes back" "status 7" \
		drive plain sh -c 'exit 7'
	check_match "the terminal is left as it was" "terminal restored" \
		drive plain stty raw -echo
	check_match "long output comes whole" "20000" \
		drive plain seq 1 20000
	check_no_match "no pushing into the caller's terminal" "allowed" \
		drive plain /workspace/probe ioctl 0x5412
	check_match "without --tty, too, the caller's terminal is not" \
		"(/dev/pts/0|not a tty)" undriven tty
	check_match "nor can it be pushed into" "refused EPERM" \
		undriven /workspace/probe ioctl 0x5412
}

cp "$top_srcdir/tests/integration/tty_drive.py" "$T/drive.py"
chmod 644 "$T/drive.py"
run_ways terminals
test_end
