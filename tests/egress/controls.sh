#!/bin/sh
# SPDX-License-Identifier: ISC
# The tests' small internet does what the other tests take for granted: where
# nothing stands between, everything can be reached, what must never be dialled
# too. And a sandbox whose policy has no word about the network reaches nothing.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin

tcp='import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
s.sendall(sys.argv[3].encode())
if len(sys.argv) > 4: s.shutdown(socket.SHUT_WR)
try: print(s.recv(99).decode())
except ConnectionResetError: print("reset")'

answers() {
	as_user curl -gsf -m 5 -o /dev/null -w '%{remote_ip}' "http://$1/echo"
}

for address in 25.0.0.80 25.77.1.2 10.0.0.1 100.64.0.1 169.254.169.254 \
	172.16.5.5 198.51.100.7; do
	check_output "$address answers" $address answers $address
done
if ip -6 addr show dev up0 | grep -q inet6.2a00; then
	check_output "an IPv6 address answers" 2a00:25::9 answers '[2a00:25::9]'
	check_output "a private IPv6 address answers" fd00::1 \
		answers '[fd00::1]'
fi
check_fails "25.9.9.9 swallows all" as_user curl -s -m 1 http://25.9.9.9/
check_output "a name of the zone" "25.0.0.80" answers www.example.org
zone turn.example.org 25.1.1.1
zone -a turn.example.org 25.1.1.2
check_equal "answers take turns" "25.1.1.1 25.1.1.2" \
	"$(answers turn.example.org) $(answers turn.example.org)"
zone gone.example.org nxdomain
check_status "a name that is not there" 6 as_user curl -s http://gone.example.org/
check "queries are counted" asked gone.example.org
check_match "TLS, and its certificate is trusted" \
	'.*"sni": "www.example.org".*' \
	as_user curl -sf https://www.example.org/echo
check_output "uploads are counted" 100000 as_user sh -c \
	'head -c 100000 /dev/zero | curl -sf -T - https://www.example.org/count'
check_output "echo" hello as_user python3 -c "$tcp" 25.0.0.7 7 hello
check_output "counts after half a close" 5 \
	as_user python3 -c "$tcp" 25.0.0.7 9 hello half
check_output "speaks first" "220 welcome" \
	as_user python3 -c "$tcp" 25.0.0.7 13 ""
check_output "resets" reset as_user python3 -c "$tcp" 25.0.0.7 15 hello
check "what came is logged" seen '"service": "http".*"dst": "169.254.169.254"'

silent() {
	rules "limit time 10s"
	check_status "without a rule there is no name" 2 reach getent hosts \
		www.example.org
	check_status "without a rule there is no address" 7 \
		reach curl -s -m 5 http://25.0.0.80/
	check_fails "nor is there a record" records
}

run_ways silent
test_end
