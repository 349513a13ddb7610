#!/bin/sh
# SPDX-License-Identifier: ISC
# The gate when things go wrong: processes that are killed or stopped, limits
# that are reached, connections that end in every way. It recovers or it
# refuses; what it never does is let something through.
# shellcheck disable=SC2154,SC2086 # of lib.sh; words
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin

NET='net allow www.example.org
net allow www.example.org:7 raw
net allow www.example.org:9 raw
net allow www.example.org:13 raw
net allow www.example.org:14 raw
net allow www.example.org:15 raw
net allow www.example.org:16 raw
net allow www.example.org:81 raw
net allow www.example.org:82
net allow hole.example.org:7 raw
net allow hole.example.org:80'

echoes() {
	case $(ask tcp www.example.org 7 hello) in
	data*hello) return 0 ;;
	esac
	return 1
}

# Nothing that is not listed is heard of.
leaks_nothing() {
	forget
	ask tcp www.example.net 7 hello >/dev/null
	ask tcp 25.0.0.80 7 hello >/dev/null
	ask udp 25.0.0.80 443 >/dev/null
	! seen . && ! asked www.example.net
}

killed() {
	rules "$NET"
	stand
	check "a listed name answers" echoes
	old=$(worker)
	kill -9 "$old"
	check "the worker killed: another takes its place" \
		within 10 another_worker "$old"
	check "the worker killed: the same sockets serve on" within 10 echoes
	check "the worker killed: nothing leaks" leaks_nothing
	stopped
	old=$(watcher)
	kill -9 "$old"
	check "the watcher killed: the worker goes with it" \
		within 10 no_broker
	check_match "the watcher killed: refused at once" \
		'(refused|reset|unreachable|noname|timeout) [0-9]{1,3} ?' \
		ask tcp 25.0.0.80 7 hello
	check_match "the watcher killed: no name is answered" \
		'(refused|reset|unreachable|timeout|closed) [0-9]{1,4} ?' \
		ask dns 192.0.2.1 www.example.org
	check "the watcher killed: nothing leaks" leaks_nothing
	check_output "the watcher killed: the box goes on" on tell echo on
	leave
}

no_broker() {
	[ -z "$(ours stockade-egress)" ]
}

stopped() {
	old=$(worker)
	kill -STOP "$old"
	check "the worker stopped: another takes its place" \
		within 20 another_worker "$old"
	check "the worker stopped: the same sockets serve on" within 10 echoes
	old=$(worker)
	kill -STOP "$(watcher)" "$old"
	check "all of it stopped: nothing leaks" stopped_leaks_nothing
	kill -CONT "$(watcher)" "$old"
	check "all of it continued: it serves on" within 20 echoes
}

# Who connects now waits, so that it is not waited for.
stopped_leaks_nothing() {
	forget
	tell "for i in 1 2 3; do
		timeout 1 python3 client.py tcp 25.0.0.80 7 hello & done
		timeout 1 python3 client.py tcp www.example.org 7 hello &
		wait" >/dev/null
	! seen .
}

# A listed name answers before, amid and after; one that is not listed only
# once it is.
reload() {
	rules "$NET"
	stand
	check "a listed name answers" echoes
	rules "$NET" 'net allow' 'net allow www.example.net:7 raw'
	kill -HUP "$(ours stockade | head -n 1)"
	sleep 1
	check "a policy with a fault: the old one stays" echoes
	check_match "a policy with a fault: nothing of it holds" \
		'(reset|refused|closed) .*' ask tcp www.example.net 7 hello
	tell 'while ! test -e enough; do
		python3 client.py tcp www.example.org 7 hello
		python3 client.py tcp www.example.com 7 hello
		done >amid 2>&1 &' >/dev/null
	for i in 1 2 3 4 5 6; do
		rules "$NET" 'net allow www.example.net:7 raw' "# $i"
		kill -HUP "$(ours stockade | head -n 1)"
		sleep 0.3
	done
	tell 'touch enough'
	check_match "reloaded: the new rule holds" 'data .*hello' \
		ask tcp www.example.net 7 hello
	check "reloaded: the old one, too" echoes
	check_equal "never without a policy: the listed always answered" 0 \
		"$(sed -n 'p;n' "$W/amid" | grep -vc '^data .*hello')"
	check_equal "never without a policy: the unlisted never did" 0 \
		"$(sed -n 'n;p' "$W/amid" | grep -c '^data')"
	leave
	check "each record tells which policy it was" \
		test "$(record "r.get('policy_gen', 0) > 1")" -ge 1
}

# Whose end takes the gate with it.
supervisor() {
	for name in stockade-jail stockade; do
		rules "$NET"
		stand
		check "$name: the box answers" echoes
		forget
		mark=mark-$$-$WAY-$name
		tell "while :; do python3 client.py tcp 25.0.0.80 7 $mark; \
			done >/dev/null 2>&1 &" >/dev/null
		within 5 some_marked
		ours $name | xargs kill -9
		check "$name killed: the broker ends" within 10 no_broker
		check "$name killed: the box's processes end" \
			within 10 none_marked "$mark"
		check_fails "$name killed: nothing leaked" seen .
		leave 2>/dev/null
	done
}

some_marked() {
	! none_marked "$mark"
}

limits() {
	rules "$NET" "limit net-connections 16" "limit net-names 8"
	stand
	tell 'mkfifo go; python3 client.py many www.example.org 7 24 \
		<go >many 2>&1 & exec 8>go; sleep 600 >&8 2>/dev/null &
		n=0; while ! test -s many; do sleep 0.2; done'
	check_match "connections above the limit are refused" \
		'data=16 (closed|refused|reset)=8' cat "$W/many"
	tell 'pkill -f "^python3 client.py many"; pkill sleep; sleep 0.5'
	check "and those after them are not" within 5 echoes
	names_limit
	leave
	check "the limit of connections is told and recorded" \
		refused quota-connections www.example.org
	bytes_limit
}

# Bytes up: the first ones, which were looked at, too.
bytes_limit() {
	rules 'net allow www.example.org' 'limit net-up 200'
	stand
	forget
	check_match "more than may go up ends in a reset" 'reset .*' \
		ask tcp www.example.org 80 \
		"'GET /echo/long HTTP/1.1\r\nHost: www.example.org\r\nX: $(
			printf %0300d 0)\r\n\r\n'"
	check_fails "the server never has all of it" seen '/echo/long'
	check_match "after it nothing is let through" \
		'data .*HTTP/1.1 403.*quota-bytes.*' ask tcp www.example.org 80 \
		"'GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n'"
	leave
	check_equal "no more than that went" 1 \
		"$(record "r.get('end') == 'quota' and r['bytes_up'] == 200")"
}

names_limit() {
	for i in 1 2 3 4 5 6 7; do
		ask dns 192.0.2.1 n$i.example.org
	done >"$T/names"
	check_equal "as many names as allowed are answered" 7 \
		"$(grep -c '^rcode0.*198\.' "$T/names")"
	check_match "one more is not (SERVFAIL)" 'rcode2 .*' \
		ask dns 192.0.2.1 n8.example.org
	check "those before it are, still" echoes
}

# Fewer descriptors than connections: some wait, none turns the worker round
# and round, and afterwards all is well.
descriptors() {
	rules "$NET"
	stand
	busy=$(worker)
	open=$(find "/proc/$busy/fd" -mindepth 1 2>/dev/null | wc -l)
	# As the worker's own user: root may lack the right over others.
	limit=prlimit
	[ "$WAY" != rootless ] || limit="as_user prlimit"
	if [ "$open" -eq 0 ] || ! $limit --pid "$busy" \
		--nofile=$((open + 20)):$((open + 20)) 2>/dev/null; then
		leave
		skip_kernel "few descriptors" "another user's descriptors"
		return
	fi
	tell 'mkfifo go2; python3 client.py many www.example.org 7 40 \
		<go2 >many2 2>&1 & sleep 600 >go2 2>/dev/null & sleep 3'
	before=$(cpu_ticks "$busy")
	sleep 2
	after=$(cpu_ticks "$busy")
	check "out of descriptors it does not spin" \
		test $((after - before)) -lt 40
	check_equal "nor does it end" "$busy" "$(worker)"
	tell 'pkill -f "^python3 client.py many"; pkill sleep; true'
	check "with descriptors again it serves on" within 10 echoes
	leave
}

cpu_ticks() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

flood() {
	rules "$NET"
	stand
	tell 'i=0; while [ $i -lt 300 ]; do
		python3 client.py tcp www.example.net 7 hello; i=$((i + 1))
		done >/dev/null'
	leave
	lines=$(record "r.get('name') == 'www.example.net' and 'reason' in r")
	if [ "$lines" -ge 1 ] && [ "$lines" -le 100 ]; then
		ok "300 refusals are folded into few records"
	else
		not_ok "300 refusals are folded into few records" \
			"$lines records"
	fi
	check_equal "and none is lost" 300 "$(counted)"
	check "the records' chain holds" verified
}

counted() {
	records | /usr/bin/python3 -c 'import json, sys
print(sum(r.get("count", 1) for r in map(json.loads, sys.stdin)
	if r.get("name") == "www.example.net" and "reason" in r))'
}

verified() {
	for file in "$O"/state/stockade/egress/*.jsonl; do
		as "$STOCKADE" egress verify "$file" || return 1
	done
}

ends() {
	zone hole.example.org 25.9.9.9
	rules "$NET"
	stand
	check_match "the client ends its half, the server answers" \
		'data .* 5\|' ask half www.example.org 9 hello
	check_match "the server ends its half" 'data .*220 welcome\|' \
		ask half www.example.org 13 more
	check "and still hears the client" within 5 \
		seen '"service": "first".*"data": "more"'
	check_match "a server that speaks first is heard" \
		'data .*220 welcome\|' ask tcp www.example.org 14
	check_match "the server's reset is a reset" 'reset .*' \
		ask tcp www.example.org 15 x
	forget
	ask rst www.example.org 7 hello >/dev/null
	check "the client's reset is a reset" within 5 \
		seen '"service": "echo", "ended": "ConnectionResetError"'
	check_match "refused upstream: a reset" '(reset|refused) .*' \
		ask tcp www.example.org 81 hello
	check_output "refused upstream: HTTP 502, and why" \
		"502 dial-failed" http www.example.org:82
	patience
	leave
	check "what could not be dialled is told and recorded" \
		refused dial-failed www.example.org
}

# The code and the reason's header of an answer.
http() {
	tell "curl -s -m 30 -o /dev/null -D - http://$1/ | tr -d '\r' |
		sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p
		s/^[Xx]-[Ss]tockade-[Ee]gress: //p' | xargs"
}

# took LEAST MOST COMMAND...: the milliseconds in client.py's answer.
took() {
	took_least=$1 took_most=$2
	shift 2
	took_got=$("$@")
	echo "$took_got"
	set -- $took_got
	[ "${2:-0}" -ge "$took_least" ] && [ "${2:-999999}" -le "$took_most" ]
}

patience() {
	check "no first bytes: cut after five seconds" \
		took 4500 8000 ask tcp www.example.org 80
	check "a head that drips is cut all the same" \
		took 4500 8000 ask drip www.example.org 80
	check "a dial that nobody answers: ten seconds" \
		took 9000 14000 ask tcp hole.example.org 7 hello
	check_output "the same by HTTP is told" "502 dial-timeout" \
		http hole.example.org
	check_match "an idle connection is left alone" 'data .*hello' \
		ask late www.example.org 7 13 hello
}

asking() {
	rules "$NET" "net ask *"
	stand
	for i in 1 2 3 4 5 6 7 8 9 10; do
		ask tcp ask$i.example.net 80 \
			"'GET / HTTP/1.1\r\nHost: ask$i.example.net\r\n\r\n'"
	done >"$T/asks"
	check_equal "with nobody to ask all are refused at once" 10 \
		"$(grep -Ec '^[a-z]+ [0-9]{1,3} ' "$T/asks")"
	# an escape sequence, a bidi mark, a newline, a space, an @
	for name in 'a\x1b[2J' 'a\xe2\x80\xae' 'a\nallow' 'a b' 'a@b'; do
		check_match "a name to fool who is asked is none: $name" \
			'rcode[15] .*' \
			ask dns 192.0.2.1 "'$name.example.net'"
	done
	leave
	check "and told and recorded" refused ask-headless ask1.example.net
	check_fails "nothing of it stands in a record" \
		sh -c 'cat "$1"/*.jsonl | LC_ALL=C grep -q "[^ -~]"' sh \
		"$O/state/stockade/egress"
}

each_way() {
	for fault in ${FAULTS:-killed supervisor reload limits descriptors flood \
		ends asking}; do
		"$fault"
	done
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways each_way
test_end
