#!/bin/sh
# SPDX-License-Identifier: ISC
# The network is lo and nothing else.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

on_exit stop_server

stop_server() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null
	server=
}

FAR='refused (ENETUNREACH|EHOSTUNREACH)'

network() {
	check_output "lo is the only link, and up" "lo up" \
		inside /workspace/probe links
	judge net-links 0 "$(inside cat /proc/net/dev | grep : | grep -vc ' lo:')" \
		'[1-9][0-9]*' "$(links_outside)"
	ask lo-inet allowed user allowed loop 127.0.0.1
	ask lo-inet6 allowed user '(allowed|refused EADDRNOTAVAIL)' loop ::1
	answers
	far net-out 192.0.2.1 connect "refused ECONNREFUSED"
	far net-udp 192.0.2.1 connect-udp "(allowed|refused ECONNREFUSED)"
	far net-inet6 2001:db8::1 connect "refused ECONNREFUSED"
	far net-metadata 169.254.169.254 connect "refused ECONNREFUSED"
	host_server
}

# Beside lo; a network of our own has one to show.
links_outside() {
	outside ns sh -c 'ip link add d0 type dummy 2>/dev/null ||
		ip link add v0 type veth peer name v1
		cat /proc/net/dev' | grep : | grep -vc ' lo:'
}

# far ID ADDRESS HOW ANSWER: no way there; in a network where the address is
# on a link, there is one, as soon as the kernel's worker has made its route.
far() {
	if ! command -v ip >/dev/null || [ -n "$ROOTLESS_WHY" ]; then
		judge_skip "$1" "no network of our own to try it in"
		return
	fi
	judge "$1" "$FAR" "$(inside /workspace/probe "$3" "$2" 80)" \
		"$4" "$(outside ns sh -c "ip link set lo up
			ip addr add $2 dev lo nodad 2>/dev/null ||
				ip addr add $2 dev lo
			n=0
			until ip route get $2 >/dev/null 2>&1 ||
				[ \$((n += 1)) -gt 100 ]; do sleep 0.05; done
			'$PROBE' $3 $2 80")"
}

host_server() {
	: >"$T/port"
	"$PROBE" listen >"$T/port" &
	server=$!
	within 5 test -s "$T/port"
	port=$(cat "$T/port")
	judge host-loopback 'refused (ECONNREFUSED|EPERM|EACCES)' \
		"$(inside /workspace/probe connect 127.0.0.1 "$port")" \
		allowed "$(as_user "$PROBE" connect 127.0.0.1 "$port")"
	stop_server
}

run_ways network
property_end
