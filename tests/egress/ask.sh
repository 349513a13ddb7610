#!/bin/sh
# SPDX-License-Identifier: ISC
# A person at the terminal is asked, and what is said holds; nobody there is
# no; new rules while the box stands; ports that are published; and the records
# and results of all of it.
# shellcheck disable=SC2154 # of lib.sh
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin
cp "$top_srcdir/tests/egress/ask_drive.py" "$T"
echo hello >"$N/www/index.html"

# person ANSWERS OPTION... -- COMMAND...: a box on a terminal, somebody there.
person() {
	person_answers=$1
	shift
	reach_begin
	as env XDG_STATE_HOME="$O/state" python3 "$T/ask_drive.py" \
		"$person_answers" "$STOCKADE" run -C "$W" -j "$O/result.json" \
		"$@" >"$O/said" 2>&1
	person_status=$(sed -n 's/^status //p' "$O/said")
}

# In the workspace: get URL prints the status that came.
GET=./get
put_get() {
	cat >"$W/get" <<'END'
#!/bin/sh
exec curl -sS -m 20 -o /dev/null -w '%{http_code}\n' "$@"
END
	chmod 755 "$W/get"
}

asked_of() {
	rules 'net allow www.example.org'
	person once --ask -p "$T/policy" -- "$GET" http://a.example.org/
	check_equal "once: the command goes on" 0 "$person_status"
	check "the question names host and port" grep -q \
		'wants to reach a.example.org, port 80$' "$O/said"
	check "it was one question" grep -qx 'asked 1' "$O/said"
	check "and the answer came" grep -qx '200' "$O/said"
	check_equal "it is recorded" 1 "$(record \
		"r.get('decision') == 'ask-allow' and r['wait_ms'] >= 0")"
	person 'once,deny' --ask -p "$T/policy" -- sh -c \
		"$GET http://a.example.org/; $GET http://a.example.org/"
	check "once is once" grep -qx 'asked 2' "$O/said"
	check_equal "no: is told as a violation" '["ask-denied"]' "$(result \
		"[v['reason'] for v in o['violations']]")"
	person session --ask -p "$T/policy" -- sh -c \
		"$GET http://a.example.org/; $GET http://a.example.org/"
	check "this session: asked once, and twice let through" sh -c \
		"grep -qx 'asked 1' '$O/said' && [ \$(grep -cx 200 '$O/said') = 2 ]"
	person deny --ask -p "$T/policy" -- sh -c \
		"$GET http://a.example.org/; $GET http://a.example.org/"
	check "denied: asked once, and refused twice" sh -c \
		"grep -qx 'asked 1' '$O/said' && [ \$(grep -cx 403 '$O/said') = 2 ]"
	person deny --ask -p "$T/policy" -- \
		"$GET" http://www.example.org/
	check_equal "a rule is no question" 0 "$person_status"
	check "it was none" grep -qx 'asked 0' "$O/said"
	person ^C --ask -p "$T/policy" -- sh -c \
		"$GET http://a.example.org/; sleep 20"
	check_equal "^C at the question ends the command" 130 "$person_status"
}

# What is asked at the same time by many is asked once.
together() {
	rules 'net deny nothing.example'
	person session --ask -p "$T/policy" -- sh -c "for i in 1 2 3 4 5 6; do
		$GET http://a.example.org/ & done; wait"
	check "six at a time, one question" grep -qx 'asked 1' "$O/said"
	check_equal "and all six go on" 6 "$(grep -cx 200 "$O/said")"
}

always() {
	cp /dev/null "$CTL/policy"
	echo '# mine' >"$CTL/policy"
	if [ "$WAY" = root ]; then
		chown -R 0:0 "$CTL"
	else
		! is_root || chown -R "$TEST_UID:$TEST_GID" "$CTL"
	fi
	person always --ask -p "$CTL/policy" -- \
		"$GET" http://a.example.org/
	check_equal "always: the command goes on" 0 "$person_status"
	check "the narrowest rule is in the policy" grep -Eqx \
		'net allow a.example.org:80  # allowed when asked, 20.*' \
		"$CTL/policy"
	check "what was there is there" grep -qx '# mine' "$CTL/policy"
	person deny --ask -p "$CTL/policy" -- \
		"$GET" http://a.example.org/
	check_equal "the next run asks no more" 0 "$person_status"
	check "it was no question" grep -qx 'asked 0' "$O/said"
	person deny --ask \
		-p "$CTL/policy" -- "$GET" http://a.example.org:8080/
	check_equal "another port does" 0 "$person_status"
	check "it was one" grep -qx 'asked 1' "$O/said"
	# In the workspace commands could have written it.
	cp "$CTL/policy" "$W/policy"
	! is_root || [ "$WAY" = root ] || chown "$TEST_UID" "$W/policy"
	person 'always,deny' --ask -p "$W/policy" -- \
		"$GET" http://b.example.org/
	check "a policy in the workspace is not added to" \
		cmp "$CTL/policy" "$W/policy"
}

nobody() {
	rules 'net ask *'
	nobody_since=$(date +%s)
	reach "$GET" http://a.example.org/ >"$T/out" 2>"$T/err"
	nobody_took=$(($(date +%s) - nobody_since))
	check_equal "nobody there: refused" 403 "$(cat "$T/out")"
	check "at once" test "$nobody_took" -lt 5
	check "violation and record say ask-headless" \
		refused ask-headless a.example.org
	check "stderr says it, and what would allow it" grep -Eq \
		'^stockade: refused a.example.org:80: .*net allow a.example.org' \
		"$T/err"
	as setsid "$STOCKADE" run -C "$W" --ask -p "$T/policy" -- true \
		>"$T/out" 2>&1
	check_equal "--ask without a terminal is a fault" 125 $?
	check "that says so" grep -q 'no terminal to ask on' "$T/out"
}

# The pid of stockade itself, below what started it.
reload() {
	for reload_pid in $(ours stockade); do
		kill -HUP "$reload_pid"
	done
}

reload_said() {
	[ "$(grep -c "$1" "$O/out")" -ge "$2" ]
}

# gets NAME STATUS URL: in the box that stands. Not in a subshell: tell counts.
gets() {
	tell "$GET" "$3" >"$T/told" 2>&1
	check_equal "$1" "$2" "$(cat "$T/told")"
}

# What was dialled, and has not said all, is decided by the rules of then.
reload_half_said() {
	tell "python3 client.py late a.example.org 80 4 \
		'GET / HTTP/1.1\r\nHost: a.example.org\r\n\r\n' >half 2>&1 &"
	sleep 1
	rules 'net deny a.example.org' 'net allow b.example.org'
	reload
	within 10 reload_said 'generation 3, are in force' 1
	within 10 test -s "$W/half"
	check "who had not said all is held to the new ones" \
		grep -q 'data .*HTTP/1.1 403' "$W/half"
	check_equal "and the record names the rule of those" 1 "$(record \
		"(r.get('rule'), r.get('policy_gen')) == \
			('net deny a.example.org', 3)")"
	rules 'net allow a.example.org'
	reload
	within 10 reload_said 'generation 4, are in force' 1
}

reloads() {
	rules 'net allow www.example.org'
	stand
	gets "before: refused" 403 http://a.example.org/
	rules 'net allow a.example.org'
	reload
	check "SIGHUP: the new rules are told" \
		within 10 reload_said 'generation 2, are in force' 1
	gets "what they allow is allowed" 200 http://a.example.org/
	gets "what they do not is not" 403 http://www.example.org/
	reload_half_said
	rules 'net alow b.example.org'
	reload
	check "a wrong policy is told" \
		within 10 reload_said 'the rules stay as they are' 1
	gets "and the rules stay" 200 http://a.example.org/
	rm "$T/policy"
	reload
	check "a policy that is gone is told" \
		within 10 reload_said 'the rules stay as they are' 2
	gets "and the rules stay" 200 http://a.example.org/
	leave
	check_equal "the result names the last rules" 4 \
		"$(result "o['gate']['generation']")"
	check "each record has its rules' generation" test "$(record \
		"r.get('decision') == 'allow' and r['policy_gen'] in (2, 4)")" -ge 3
}

published() {
	rules 'net deny *'
	REACH_OPTIONS='--publish 8123:18123 --publish 8124'
	stand
	tell 'mkdir -p d && echo from inside >d/f'
	tell 'python3 -m http.server 8123 -d d --bind 127.0.0.1 >d/log 2>&1 &'
	check "a port of the loopback inside is published" within 20 \
		published_there
	tell 'head -c 3000000 /dev/zero >d/large'
	check_equal "a large answer comes whole" 3000000 \
		"$(curl -sS http://127.0.0.1:18123/large | wc -c)"
	check_fails "nobody listens: the connection ends" \
		curl -sS -m 10 http://127.0.0.1:8124/
	# Our own box's port is taken now.
	as "$STOCKADE" run -C "$W" -p "$T/policy" --publish 1:18123 -- true \
		>"$T/out" 2>&1
	check_equal "a port that is taken is a fault" 125 $?
	check "that names it" grep -q '127.0.0.1:18123.*in use' "$T/out"
	leave
	check_fails "it ends with the box" \
		curl -sS -m 5 http://127.0.0.1:18123/f
	REACH_OPTIONS=
	for port in 0 65536 x 80: :80 80:0; do
		as "$STOCKADE" run -C "$W" --publish "$port" -- true \
			>"$T/out" 2>&1
		check_equal "--publish $port is a fault" 125 $?
	done
	as "$STOCKADE" run -C "$W" --strict --publish 80 -- true >"$T/out" 2>&1
	check_equal "strict refuses" 125 $?
	check "and says why" grep -q 'a way in, which --strict refuses' "$T/out"
}

published_there() {
	[ "$(curl -sS -m 5 http://127.0.0.1:18123/f 2>/dev/null)" = \
		"from inside" ]
}

recorded() {
	rules 'net allow www.example.org'
	reach sh -c "$GET http://www.example.org/; $GET http://no.example.org/
		$GET http://no.example.org/; $GET https://no.example.org/" \
		>"$T/out" 2>"$T/err"
	check_equal "one line on stderr for each destination" 2 \
		"$(grep -c '^stockade: refused no.example.org:' "$T/err")"
	check_equal "the result counts" '[1, 3, true]' "$(result \
		"[o['gate'][k] for k in ('allowed', 'refused', 'complete')]")"
	check_equal "mode 0600" 600 "$(stat -c %a "$(result \
		"o['gate']['records']" | tr -d '"')")"
	check_match "verify: the chain holds" 'whole: .*' as env \
		XDG_STATE_HOME="$O/state" "$STOCKADE" egress verify
	check_match "log says what was refused" '.* deny .*no.example.org:80 .*' \
		as env XDG_STATE_HOME="$O/state" "$STOCKADE" egress log
	check_match "stats counts it" ' +0 +2 .*  no.example.org:80' \
		as env XDG_STATE_HOME="$O/state" "$STOCKADE" egress stats
	reach true
	check_equal "a box without a network has neither gate nor records" \
		none "$(rules 'limit pids 64' && reach true &&
		result "o['gate']['mode']")"
	check_fails "no records" records
}

# Without a record nothing goes out.
full_disk() {
	rules 'net allow *.example.org'
	mkdir -p "$T/small"
	if ! mount -t tmpfs -o size=4k,mode=777 none "$T/small"; then
		skip "a full disk" "no small file system here"
		return
	fi
	reach_begin
	as env XDG_STATE_HOME="$T/small" timeout -s KILL 60 "$STOCKADE" run \
		-C "$W" -p "$T/policy" -j "$O/result.json" -- sh -c \
		"for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
			$GET http://a\$i.example.org/; done" >"$T/out" 2>"$T/err"
	check_equal "a disk with room: allowed" 200 "$(head -n 1 "$T/out")"
	check_equal "a full one: refused" 403 "$(tail -n 1 "$T/out")"
	check "with the reason" test "$(result \
		"{v['reason'] for v in o['violations']} == {'record-failed'}")" \
		= true
	check_match "what there is of records is whole" 'whole: .*' \
		as env XDG_STATE_HOME="$T/small" "$STOCKADE" egress verify
	umount "$T/small"
}

ask_all() {
	put_get
	asked_of
	together
	always
	nobody
	reloads
	published
	recorded
	full_disk
}

run_ways ask_all
test_end
