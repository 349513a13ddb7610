#!/bin/sh
# SPDX-License-Identifier: ISC
# A whole run of the agent, played from its record, under valgrind: no error,
# and no memory that nobody can reach any more.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

needs valgrind
agent_begin
! grep -q '^STOCKADE_CFLAGS.*-fsanitize' "$top_builddir/Makefile" ||
	skip_all "built with sanitizers, which valgrind cannot run"

# From now on the agent runs under valgrind, beside a helper of its own.
under_valgrind() {
	mkdir -p "$BIN/checked"
	cp "$top_builddir/stockade-agent" "$BIN/stockade-jail" "$BIN/checked"
	rm -f "$BIN/stockade-agent"
	cat >"$BIN/stockade-agent" <<-END
	#!/bin/sh
	exec $(command -v valgrind) -q --error-exitcode=97 \\
		--leak-check=full --show-leak-kinds=definite \\
		--errors-for-leak-kinds=definite \\
		--log-file="$CTL/valgrind.%p" \\
		"$BIN/checked/stockade-agent" "\$@"
	END
	chmod 755 "$BIN/stockade-agent"
}

said() {
	cat "$CTL"/valgrind.* 2>/dev/null
}

played() {
	agent_project
	agent --provider "replay:$1"
	check_equal "$2" "$3" "$?"
	check_equal "valgrind has nothing to say" "" "$(said)"
	rm -f "$CTL"/valgrind.*
}

checked() {
	PROTOCOL=anthropic
	new_dir "record-$WAY"
	record=$T/record-$WAY/a.jsonl
	agent_project
	agent_serve "$LOOK" "$WRONG" "$DONE" "$RIGHT" "$DONE"
	check_status "a run is recorded" 0 agent_asks --record "$record"
	server_end
	under_valgrind
	played "$record" "and played under valgrind, to green" 0
	# A record that is cut short: the ways out of a failure.
	head -n 2 "$record" >"$record.short"
	! is_root || chown "$TEST_UID" "$record.short"
	played "$record.short" "a run that fails, too" 5
}

# It sees this process; not that it is silent because it cannot.
control() {
	WAY=
	printf '%s\n' '#include <stdlib.h>' 'int main(void)' \
		'{ volatile char *p = malloc(4); p = malloc(p[0] ? 1 : 2);' \
		'return p == 0; }' >"$T/leak.c"
	if ! ${CC:-cc} -g -o "$T/leak" "$T/leak.c" 2>/dev/null; then
		skip "control: a leak is seen" "no compiler"
		return
	fi
	check_status "control: a leak is seen" 97 valgrind -q \
		--error-exitcode=97 --leak-check=full \
		--errors-for-leak-kinds=definite "$T/leak"
}

STOCKADE_WAYS=${STOCKADE_WAYS:-rootless}
run_ways checked
control
test_end
