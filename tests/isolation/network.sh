#!/bin/sh
# SPDX-License-Identifier: ISC
# The network is lo and nothing else.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
on_exit stop_server

stop_server() {
	[ -z "${server-}" ] || kill "$server" 2>/dev/null
	server=
}

FAR='refused (ECONNREFUSED|ENETUNREACH|EPERM|EACCES|EHOSTUNREACH)'

network() {
	check_output "lo is the only link, and up" "lo up" \
		inside /workspace/probe links
	prop "lo carries IPv4" allowed user allowed loop 127.0.0.1
	prop "lo carries IPv6" allowed none "" loop ::1
	prop "no way out by IPv4" "$FAR" none "" connect 192.0.2.1 80
	prop "no way out by UDP" "$FAR" none "" connect-udp 192.0.2.1 53
	prop "no way out by IPv6" "$FAR" none "" connect 2001:db8::1 80
	prop "no metadata server" "$FAR" none "" connect 169.254.169.254 80
	host_server
}

host_server() {
	: >"$T/port"
	"$PROBE" listen >"$T/port" &
	server=$!
	within 5 test -s "$T/port"
	prop "a server on the host's loopback is not reached" "$FAR" \
		user allowed connect 127.0.0.1 "$(cat "$T/port")"
	stop_server
}

run_ways network
test_end
