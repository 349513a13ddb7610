#!/bin/sh
# SPDX-License-Identifier: ISC
# Names: what is asked for upstream and what never is, what a name may lead to,
# and what is no name. The addresses that must not be reached all answer where
# there is no box.
# shellcheck disable=SC2154 # of lib.sh
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin

# recorded REASON HOST: the records say why.
recorded() {
	[ "$(record "r.get('name') == '$2' and r.get('reason') == '$1'")" \
		-ge 1 ] && return
	echo "no record of $2 with reason $1:"
	records | grep -F "$2"
	return 1
}

# fetch HOST [PATH]: the status of plain HTTP to it, and why not.
fetch() {
	tell "curl -s -m 20 -o /dev/null \
		-w '%{http_code} %header{x-stockade-egress}' \
		'http://$1${2-/echo}'"
}

# Nobody is asked until an allowed connection is made.
upstream() {
	rules 'net allow *.example.org' 'net deny denied.example.org'
	stand
	forget
	check_match "any name has an address" 'rcode0 .* 198\.1[89]\..*' \
		ask dns 192.0.2.1 data-in-a-name.example.org
	check_match "an unlisted one, too" 'rcode0 .* 198\.1[89]\..*' \
		ask dns 192.0.2.1 data-in-a-name.example.net
	check_match "of no other type is anything known" 'rcode0 [0-9]+ ?' \
		ask dns 192.0.2.1 www.example.org 16
	check_match "IPv6 is not" 'rcode0 [0-9]+ ?' \
		ask dns 192.0.2.1 www.example.org 28
	check_fails "and nobody was asked" seen '"service": "dns"'
	check_match "an unlisted name is refused" '403 unlisted' \
		fetch www.example.net
	check_match "a denied one below a wildcard is" '403 denied' \
		fetch denied.example.org
	check_fails "an unlisted name is not asked for" asked www.example.net
	check_fails "nor a denied one" asked denied.example.org
	check_match "a listed one is reached" '200 ?' fetch www.example.org
	check "and asked for, then" asked www.example.org
	check "upstream, with no other name" only_asked www.example.org
	check "an unlisted one is recorded" recorded unlisted www.example.net
	check "and a denied one" recorded denied denied.example.org
	leave
}

only_asked() {
	! seen '"service": "dns"' | grep -vF "\"name\": \"$1\""
}

# leads NAME WANT ADDRESS...: a listed name that leads there.
leads() {
	leads_n=$((leads_n + 1))
	leads_host=l$leads_n.example.org leads_name=$1 leads_want=$2
	shift 2
	zone "$leads_host" "$@"
	forget
	check_match "$leads_name: $*" "$leads_want" fetch "$leads_host"
	case $leads_want in 403*)
		check_fails "$leads_name: $*: nothing went out" \
			seen '"service": "http"' ;;
	esac
}

# A name leads to an address of each kind. What none of the test's links
# leads to would not be reached in any case: there the reason tells.
classes() {
	rules 'net allow *.example.org'
	stand
	leads_n=0 no='403 (private|own)-address'
	leads "a public address" '200 ?' 25.0.0.81
	for address in 0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.254 \
		127.0.0.1 127.1.2.3 169.254.0.1 169.254.169.254 \
		100.100.100.200 172.16.0.1 172.31.255.254 192.0.0.8 192.0.2.5 \
		192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.7 \
		224.0.0.1 240.0.0.1 255.255.255.255; do
		leads "an address that is not public" "$no" "$address"
	done
	for address in ::1 :: fe80::1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 \
		2001:db8::1 64:ff9b:1::1 100::1 3fff::1 4000::1; do
		leads "an IPv6 address that is not public" "$no" "$address"
	done
	for address in ::ffff:10.1.2.3 ::ffff:127.0.0.1 \
		::ffff:169.254.169.254 ::10.1.2.3 ::ffff:0:10.1.2.3 \
		64:ff9b::10.1.2.3 64:ff9b::169.254.169.254 2002:0a01:0203::1 \
		2001:0:1901:1::f5fe:fdfc 2a00:25::5efe:10.1.2.3; do
		leads "an IPv4 address within an IPv6 one" "$no" "$address"
	done
	leads "public beside private: the public one" '200 ?' \
		10.1.2.3 25.0.0.82
	check "it is the public one that was dialled" \
		seen '"dst": "25.0.0.82"'
	check_fails "and not the other" seen '"dst": "10\.1\.2\.3"'
	check "each is recorded" recorded private-address l2.example.org
	leave
	check_output "10.1.2.3 answers where there is no box" 200 direct_to \
		10.1.2.3
	check_output "so does 169.254.169.254" 200 direct_to 169.254.169.254
	check_output "and 100.64.0.1" 200 direct_to 100.64.0.1
}

direct_to() {
	as_user curl -s -m 10 -o /dev/null -w '%{http_code}' "http://$1/echo"
}

# A name that leads elsewhere the second time.
rebinding() {
	zone turn.example.org 25.0.0.83
	zone -a turn.example.org 10.1.2.3
	zone -a turn.example.org 25.0.0.83
	zone -a turn.example.org 169.254.169.254
	rules 'net allow *.example.org' 'net allow inner.example.org private'
	stand
	forget
	got=
	for _ in 1 2 3 4; do
		got="$got $(fetch turn.example.org | cut -d ' ' -f 1)"
	done
	check_equal "each connection is looked at by itself" \
		" 200 403 200 403" "$got"
	check_fails "what was looked at is what was dialled" \
		seen '"dst": "(10\.|169\.)'
	check "it went to the public address" seen '"dst": "25.0.0.83"'
	check "and is recorded" recorded private-address turn.example.org
	zone inner.example.org 10.1.2.4
	check_match "a rule that says private leads there" '200 ?' \
		fetch inner.example.org
	check "and there alone" seen '"dst": "10.1.2.4"'
	leave
}

# What is no name, on each of the ways that one can be said.
forms() {
	rules 'net allow *.example.org' 'net allow xn--bcher-kva.example.org' \
		'net allow **.example.com'
	stand
	cp "$top_srcdir/tests/egress/inside.py" "$W"
	for name in 127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 \
		1.2.3.0x4; do
		check_match "no address has an address: $name" 'rcode5 .*' \
			ask dns 192.0.2.1 "$name"
	done
	for name in 'a\x00b.example.org' 'a\x20b.example.org' \
		'a%2eb.example.org' 'b\xc3\xbccher.example.org' \
		'www.example.org\x00' '\x2dx.example.org' \
		'a\x5c.example.org' '*.example.org'; do
		check_match "no host name: $name" 'rcode5 .*' \
			ask dns 192.0.2.1 "'$name'"
	done
	for host in www.example.org. WWW.Example.ORG wWw.example.org.; do
		check_match "one name however it is written: $host" '200 ?' \
			fetch "$host"
	done
	check_output "and one address" 1 addresses www.example.org \
		www.example.org. WWW.EXAMPLE.ORG
	check_match "a label with _ is one" '200 ?' fetch a_b.example.org
	check_match "an A-label is" '200 ?' fetch xn--bcher-kva.example.org
	check "and recorded as it is" \
		sh -c "cat $O/state/stockade/egress/*.jsonl |
		grep -qF xn--bcher-kva.example.org"
	check_match "a Host beyond ASCII is none" '403 bad-http' \
		tell "python3 inside.py http www.example.org 80" \
		"'GET / HTTP/1.1\r\nHost: b\xfccher.example.org\r\n\r\n'"
	for host in evil-example.com example.com.evil.test xexample.com \
		example.comx example.org www.example.org.evil.test; do
		check_match "no wildcard's: $host" '403 unlisted' fetch "$host"
	done
	for host in example.com a.example.com a.b.example.com \
		a.b.example.org; do
		check_match "a wildcard's: $host" '200 ?' fetch "$host"
	done
	leave
	rules 'net allow bücher.example.org'
	check_match "a rule beyond ASCII is refused, and not guessed" \
		'.*is not ASCII.*' reach_fails
}

reach_fails() {
	reach true 2>&1 && echo "and began"
}

# addresses NAME...: how many different ones they have.
addresses() {
	for address_of; do
		tell "getent ahostsv4 $address_of" | awk '{ print $1; exit }'
	done | sort -u | grep -c .
}

# A name's address is its own, for ever.
for_ever() {
	rules 'net allow *.example.org' 'net allow one.example.org:7 raw' \
		'net allow two.example.org:7 raw'
	zone one.example.org 25.0.0.91
	zone two.example.org 25.0.0.92
	stand
	one=$(address_in one.example.org) two=$(address_in two.example.org)
	check_fails "two names have two addresses" [ "$one" = "$two" ]
	check_match "a name's address leads to it" 'data .*' \
		ask tcp "$one" 7 hello
	check "there" seen '"dst": "25.0.0.91"'
	check_output "an address has its name" one.example.org name_of "$one"
	check_match "an address of nobody's is refused" '(reset|refused).*' \
		ask tcp 198.19.200.200 7 hello
	check "and recorded" unknown 198.19.200.200
	before=$(worker)
	kill -9 "$before"
	within 10 another_worker "$before"
	# A new name first, and the others the other way round: a map that
	# begins anew would deal them differently.
	check_fails "another worker deals nobody's address" \
		[ "$(address_in three.example.org)" = "$one" ]
	check_equal "another worker deals the same" "$two $one" \
		"$(address_in two.example.org) $(address_in one.example.org)"
	forget
	check_match "an address from before leads where it led" 'data .*' \
		ask tcp "$two" 7 hello
	check "and nowhere else" seen '"dst": "25.0.0.92"'
	check_output "localhost is the box's own" 127.0.0.1 \
		address_in localhost
	leave
}

address_in() {
	ask dns 192.0.2.1 "$1" | awk '{ print $3 }'
}

name_of() {
	tell "getent hosts $1" | awk '{ print $2 }'
}

unknown() {
	records | grep -F "\"$1\"" | grep -qF '"unknown-address"'
}

names() {
	upstream
	classes
	rebinding
	forms
	for_ever
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways names
test_end
