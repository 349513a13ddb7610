#!/bin/sh
# SPDX-License-Identifier: ISC
# Other ways out than a listed name: literals, UDP, ICMP, other name servers,
# the host's own services, links and packets of one's own. Each is tried from
# a box, most of them as root of the box's network namespace besides, and each
# leads somewhere where there is no box.
# shellcheck disable=SC2154 # of lib.sh
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin

# strong WORDS...: client.py as the machine's root in the box's network
# namespace, with every capability over it and no filter.
strong() {
	in_box python3 "$CLIENT" "$@"
}

# in_box COMMAND...: the same, any program.
in_box() {
	nsenter --net="/proc/$strong_pid/ns/net" "$@"
}

# A process of the box, seen from here.
inside_pid() {
	tell "sleep 600.$$ >/dev/null 2>&1 &" >/dev/null
	within 5 some_marked || return
	marked "600.$$"
}

some_marked() {
	! none_marked "600.$$"
}

# no_road NAME WORD WORDS...: in the box client.py says WORD, and the internet
# hears nothing; where there is no box, `data'.
no_road() {
	road=$1 road_want=$2
	shift 2
	forget
	road_got=$(ask "$@")
	road_heard=$(seen . | grep -v '"service": "dns"')
	road_control=$(direct "$@")
	case $road_control in data*) ;; *)
		not_ok "$road" "outside: $road_control"
		return ;;
	esac
	if like "$road_want" "${road_got%% *}" && [ -z "$road_heard" ]; then
		ok "$road"
	else
		not_ok "$road" "want: $road_want, got: $road_got" \
			"
heard: $road_heard"
	fi
}

like() {
	printf '%s\n' "$2" | grep -Eqx -e "$1"
}

literals() {
	rules 'net allow www.example.org' 'net allow www.example.org:7 raw' \
		'net allow 25.0.0.77:7 raw'
	stand
	check_match "a literal of a CIDR rule is reached" "data .*hello" \
		ask tcp 25.0.0.77 7 hello
	no_road "an unlisted literal is refused" "reset|refused" \
		tcp 25.0.0.78 7 hello
	no_road "a listed name's real address is a literal, too" \
		"reset|refused" tcp 25.0.0.80 7 hello
	check_match "the name itself is reached" "data .*hello" \
		ask tcp www.example.org 7 hello
	forget
	check_output "HTTP to a literal is answered, and told" 403 \
		ask_http 25.0.0.80
	check_fails "and not passed on" seen '"service": "http"'
	no_road "UDP has no way" refused udp 25.0.0.80 4444
	no_road "QUIC falls back at once" refused udp 25.0.0.80 443
	quick
	no_road "multipath TCP comes by the same gate" \
		"reset|refused|EPERM|EPROTONOSUPPORT|EINVAL" \
		mptcp 25.0.0.78 7 hello
	servers_of_names
	leave
	check "literals are told and recorded" refused_literal 25.0.0.78
}

refused_literal() {
	result "[v['host'] for v in o['violations']]" | grep -F "\"$1\"" &&
	[ "$(record "r.get('reason') in ('literal', 'unlisted')")" -ge 1 ]
}

ask_http() {
	tell "curl -s -o /dev/null -w '%{http_code}' http://$1/echo"
}

# The bound is that of a busy machine; the best of five is below one
# millisecond on a quiet one.
quick() {
	took=$(ask udp 25.0.0.80 443)
	took=${took#refused }
	if [ "${took%.*}" -lt 5 ]; then
		ok "and within milliseconds"
	else
		not_ok "and within milliseconds" "$took ms"
	fi
}

servers_of_names() {
	forget
	check_match "another name server is answered by the gate" \
		'rcode0 .* 198\.(18|19)\..*' \
		ask dns 25.0.0.53 data.in.a.name.example.org
	check_match "over TCP, too" 'rcode0 .* 198\.(18|19)\..*' \
		ask dns 25.0.0.53 data.in.a.name.example.org 1 tcp
	check_fails "and never hears of it" asked data.in.a.name.example.org
	check_match "where there is no box it does" 'rcode0 .*' \
		direct dns 25.0.0.53 data.in.a.name.example.org
	check "and hears of it" asked data.in.a.name.example.org
	no_road "DNS over TLS is an unlisted literal" "reset|refused" \
		tcp 25.0.0.53 853 hello
	forget
	check_match "DNS over HTTPS is an unlisted name" '.*access denied.*' \
		tell 'curl -sS -m 10 https://dns.example.net/dns-query'
	check_fails "which nobody resolves" asked dns.example.net
}

# What the host itself serves.
host_services() {
	python3 -m http.server -b 0.0.0.0 -d "$N/www" 8765 >/dev/null 2>&1 &
	web=$!
	servers="${servers-} $web"
	within 10 curl -s -o /dev/null http://127.0.0.1:8765/
	zone own.example.org 11.1.0.1
	zone loop.example.org 127.0.0.1
	zone any.example.org 0.0.0.0
	rules 'net allow own.example.org:8765' \
		'net allow loop.example.org:8765' \
		'net allow any.example.org:8765 private' \
		'net allow 11.1.0.0/24:8765' 'net allow 192.0.2.1:8765' \
		'net allow 192.0.2.2:8765'
	stand
	for host in own.example.org loop.example.org any.example.org; do
		check_output "$host does not lead to the host" "403" \
			status_of "$host"
	done
	for host in 11.1.0.1 192.0.2.1; do
		check_fails "$host does not lead to the host" \
			tell "curl -sf -m 10 http://$host:8765/"
	done
	check_fails "its loopback is the box's own" \
		tell "curl -sf -m 10 http://127.0.0.1:8765/"
	check "where there is no box it answers" \
		as_user curl -sf -m 10 http://own.example.org:8765/
	leave
	check "an own address is told and recorded" \
		refused own-address own.example.org
	rules 'net allow host:8765'
	check_match "a rule for host:PORT leads there" '.*[Dd]irectory.*' \
		reach curl -sf -m 10 http://host:8765/
	kill "$web"
}

status_of() {
	tell "curl -s -o /dev/null -w '%{http_code}' -m 10 http://$1:8765/"
}

# As root of the box's network namespace.
as_root() {
	rules 'net allow www.example.org:7 raw'
	if ! is_root; then
		diag "not root: nobody can be root of the box's network"
		return
	fi
	stand
	strong_pid=$(inside_pid)
	check_match "root of the box's network: the listed name is reached" \
		'data .*hello' strong_name
	forget
	check_match "root of the box's network: a literal is not" \
		'(reset|refused).*' strong tcp 25.0.0.80 7 hello
	check_match "nor by UDP" 'refused.*' strong udp 25.0.0.80 443
	check_match "nor by ICMP" '(timeout|unreachable).*' \
		strong icmp 25.0.0.80
	check_match "where ICMP has a way it is answered" 'data.*' \
		python3 "$CLIENT" icmp 25.0.0.80
	links
	check_fails "nothing of all this was heard" seen \
		'"service": "(echo|udp|http)"'
	inside_gate
	leave
}

strong_name() {
	address=$(ask dns 192.0.2.1 www.example.org)
	strong tcp "${address##* }" 7 hello
}

# Own addresses, routes, rules and packets.
links() {
	check_output "its links are lo and one end" "eth0 lo" in_box sh -c \
		"ip -o link | sed 's/^[0-9]*: //; s/[@:].*//' | sort | xargs"
	in_box sh -c 'ip addr add 11.1.0.1/24 dev eth0
		ip addr add 25.0.0.1/8 dev eth0
		ip route replace default via 192.0.2.1 src 11.1.0.1' \
		>/dev/null 2>&1
	check_match "with an address of the host's it goes nowhere" \
		'(reset|refused|timeout|unreachable).*' \
		timeout 5 nsenter --net="/proc/$strong_pid/ns/net" \
		python3 "$CLIENT" tcp 25.0.0.80 7 hello
	in_box ip route replace 25.0.0.0/8 via 192.0.2.1 2>/dev/null
	check_match "with a route of its own it goes nowhere" \
		'(reset|refused|timeout|unreachable).*' \
		strong tcp 25.0.0.80 7 hello
	in_box nft flush ruleset 2>/dev/null
	in_box sh -c 'ip rule add pref 1 lookup main; ip link add d0 type dummy
		ip link set d0 up; ip route replace default dev d0' 2>/dev/null
	check_fails "with a link of its own it goes nowhere" \
		linked 25.0.0.80 7 hello
}

linked() {
	case $(timeout 3 nsenter --net="/proc/$strong_pid/ns/net" \
		python3 "$CLIENT" tcp "$@") in
	data*) return 0 ;;
	esac
	return 1
}

# The gate: one link, nothing forwarded, nothing tracked.
inside_gate() {
	gate_of=
	for broker in $(ours stockade-egress); do
		python3 "$top_srcdir/tests/egress/gate.py" "$broker" true \
			2>/dev/null && gate_of=$broker
	done
	[ -n "$gate_of" ] || {
		not_ok "the gate is found by the broker's sockets"
		return
	}
	check_output "the gate's links are lo and one end" "eth0 lo" \
		gate sh -c \
		"ip -o link | sed 's/^[0-9]*: //; s/[@:].*//' | sort | xargs"
	check_output "it forwards nothing" 0 \
		gate cat /proc/sys/net/ipv4/ip_forward
	check_match "it answers no echo" '(timeout|unreachable).*' \
		strong icmp 192.0.2.1
	check_output "it tracks no connection" "" gate sh -c \
		'grep -v "^0$" /proc/sys/net/netfilter/nf_conntrack_count \
		2>/dev/null'
	check_output "no process lives in it" "" lives_in_gate
}

gate() {
	python3 "$top_srcdir/tests/egress/gate.py" "$gate_of" "$@"
}

lives_in_gate() {
	space=$(gate readlink /proc/self/ns/net)
	[ -n "$space" ] || echo "no name of it"
	for proc in /proc/[0-9]*; do
		[ "$(readlink "$proc/ns/net")" != "$space" ] ||
			cat "$proc/comm"
	done
}

# The filter is the same with a gate as without.
families() {
	rules 'net allow www.example.org'
	for family in "VSOCK 40 1 0" "ALG 38 5 0" "RDS 21 5 0" "TIPC 30 5 0" \
		"KCM 41 5 0" "SMC 43 1 0" "PACKET 17 3 0" "raw 2 3 1" \
		"SCTP 2 1 132" "DCCP 2 6 33" "netfilter 16 3 12" \
		"sock_diag 16 3 4" "uevent 16 3 15" "generic 16 3 16"; do
		# shellcheck disable=SC2086 # words
		set -- $family
		check_output "no $1 socket beside the gate" "refused EPERM" \
			reach /workspace/probe socket "$2" "$3" "$4"
	done
	check_output "TCP sockets there are" allowed \
		reach /workspace/probe socket 2 1 0
	check_output "and of netlink the routes" allowed \
		reach /workspace/probe socket 16 3 0
	check_output "no io_uring beside the gate" "refused EPERM" \
		reach /workspace/probe io-uring
	check_output "no network namespace beside the gate" "refused EPERM" \
		reach /workspace/probe unshare net
	unix_sockets
	check_output "no descriptor of the gate's is inherited" "" \
		reach sh -c 'ls -l /proc/[0-9]*/fd 2>/dev/null | grep socket:'
}

# A listener of the host's, by name and by path.
unix_sockets() {
	python3 -c 'import socket, sys, time
for name in "\0stockade-test-" + sys.argv[2], sys.argv[1] + "/unix":
    s = socket.socket(socket.AF_UNIX); s.bind(name); s.listen()
    globals()[name] = s
time.sleep(600)' "$CTL" "$$-$WAY" &
	servers="${servers-} $!"
	within 10 test -S "$CTL/unix"
	chmod 777 "$CTL/unix"
	dial='import socket, sys
s = socket.socket(socket.AF_UNIX)
try: s.connect(sys.argv[1].replace("@", "\0")); print("allowed")
except OSError as e: print("refused")'
	check_output "the host's abstract sockets are not reached" refused \
		reach python3 -c "$dial" "@stockade-test-$$-$WAY"
	check_output "where there is no box they are" allowed \
		as_user python3 -c "$dial" "@stockade-test-$$-$WAY"
	check_output "the host's sockets with a path are not reached" refused \
		reach python3 -c "$dial" "$CTL/unix"
	check_output "where there is no box these are, too" allowed \
		as_user python3 -c "$dial" "$CTL/unix"
}

roads() {
	literals
	host_services
	as_root
	families
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways roads
test_end
