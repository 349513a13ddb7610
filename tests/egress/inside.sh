#!/bin/sh
# SPDX-License-Identifier: ISC
# What is inside a connection must say the name that was dialled, and say it in
# one way: TLS whole and broken, cut up and slow, HTTP that two servers would
# read differently, CONNECT, second requests, upgrades.
# shellcheck disable=SC2154 # of lib.sh
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin

# speak WORDS...: inside.py in the box.
speak() {
	tell "python3 inside.py $*"
}

# A box in which it is at hand.
stand_inside() {
	stand
	cp "$top_srcdir/tests/egress/inside.py" "$W"
}

# recorded REASON HOST: the records say why.
recorded() {
	[ "$(record "r.get('name') == '$2' and r.get('reason') == '$1'")" \
		-ge 1 ] && return
	echo "no record of $2 with reason $1:"
	records | grep -F "$2"
	return 1
}

# refuses NAME WORDS REASON HOST ARGUMENTS...: inside.py says the words, the
# records the reason, and the internet hears nothing.
refuses() {
	refuses_name=$1 refuses_want=$2 refuses_why=$3 refuses_host=$4
	shift 4
	forget
	check_match "$refuses_name" "$refuses_want" speak "$@"
	check "$refuses_name: recorded" recorded "$refuses_why" "$refuses_host"
	check_fails "$refuses_name: nothing went out" \
		seen '"service": "(http|https|echo)"'
}

names_agree() {
	rules 'net allow *.example.org' 'net allow *.example.org:8080'
	stand_inside
	check_output "SNI that says the dialled name passes" \
		"data www.example.org www.example.org" \
		speak tls www.example.org 443
	check_output "its letters' case does not matter" \
		"data WWW.Example.ORG WWW.Example.ORG" \
		speak tls www.example.org 443 sni=WWW.Example.ORG
	refuses "SNI of another listed name is refused" "alert 49" \
		sni-mismatch a1.example.org \
		tls a1.example.org 443 sni=a2.example.org
	refuses "SNI of an unlisted name is refused" "alert 49" \
		sni-mismatch a3.example.org \
		tls a3.example.org 443 sni=www.example.net
	refuses "TLS without SNI is refused" "alert 49" \
		no-sni a4.example.org tls a4.example.org 443 sni=none
	check_output "a Host that says the dialled name passes" "200 -" \
		speak http www.example.org 80 \
		"'GET /echo HTTP/1.1\r\nHost: WWW.example.org.\r\n\r\n'"
	refuses "a Host of another listed name is refused" \
		"403 host-mismatch" host-mismatch b1.example.org \
		http b1.example.org 80 \
		"'GET /echo HTTP/1.1\r\nHost: b2.example.org\r\n\r\n'"
	refuses "a Host that is an address is refused" \
		"403 host-mismatch" host-mismatch b3.example.org \
		http b3.example.org 80 \
		"'GET /echo HTTP/1.1\r\nHost: 25.0.0.80\r\n\r\n'"
	refuses "a Host of another port is refused" \
		"403 host-mismatch" host-mismatch b4.example.org \
		http b4.example.org 80 \
		"'GET /echo HTTP/1.1\r\nHost: b4.example.org:8080\r\n\r\n'"
	by_content
	leave
}

# What it is, not where it goes.
by_content() {
	refuses "TLS on port 80 is looked into" "alert 49" \
		sni-mismatch c1.example.org \
		tls c1.example.org 80 sni=c2.example.org
	refuses "HTTP on port 443 is looked into" "403 host-mismatch" \
		host-mismatch c3.example.org http c3.example.org 443 \
		"'GET / HTTP/1.1\r\nHost: c4.example.org\r\n\r\n'"
	refuses "neither TLS nor HTTP is refused" "(reset|closed).*" \
		protocol c5.example.org \
		http c5.example.org 8080 "'HELLO there\r\n'"
	refuses "bytes of any kind are" "(reset|closed).*" \
		protocol c6.example.org \
		http c6.example.org 8080 "'\x00\x01\x02\x03\x04\x05'"
}

flags() {
	rules 'net allow bare.example.org no-sni' \
		'net allow strict.example.org ech=deny' \
		'net allow www.example.org' 'net allow echo.example.org:7 raw'
	stand_inside
	check_match "no-sni lets it through" "data (None|null|-) .*" \
		speak tls bare.example.org 443 sni=none
	refuses "but no other name" "alert 49" sni-mismatch bare.example.org \
		tls bare.example.org 443 sni=www.example.org
	check_output "encrypted_client_hello passes" "data handshake" \
		speak hello www.example.org 443 ech
	check_output "and is recorded" 1 \
		record "r['event'] == 'decision' and r.get('ech') is True"
	refuses "ech=deny refuses it" "alert 49" ech strict.example.org \
		hello strict.example.org 443 ech
	check_output "but not TLS without it" "data handshake" \
		speak hello strict.example.org 443 good
	check_match "raw lets anything through" "data .*HELLO.*" \
		speak http echo.example.org 7 "'HELLO there\r\n'"
	leave
}

# Cut up in every way: one hello.
pieces() {
	rules 'net allow *.example.org'
	stand_inside
	for how in pieces=1 records=1 records=7 "pieces=1 records=64" \
		"pieces=3000 alpn=17000" "records=999 alpn=17000" \
		"pieces=1 records=500 alpn=17000" "alpn=29000"; do
		check_output "TLS with $how" \
			"data www.example.org www.example.org" \
			speak tls www.example.org 443 "$how"
	done
	refuses "cut up it is looked into, too" "alert 49" \
		sni-mismatch d1.example.org tls d1.example.org 443 \
		sni=d2.example.org pieces=1 records=7 alpn=17000
	check_output "a head in pieces of one byte" "200 -" \
		speak http www.example.org 80 pieces=1 \
		"'GET /echo HTTP/1.1\r\nHost: www.example.org\r\n\r\n'"
	for kind in two-names sni-twice trailing interrupted literal ssl2 huge
	do
		refuses "a hello that is $kind" "(alert 49|reset.*)" bad-tls \
			"$kind.example.org" hello "$kind.example.org" 443 "$kind"
	done
	slow
	leave
}

# Five seconds from accept, however little comes: not from the last byte.
slow() {
	forget
	cut_off e1 "half a hello, then silence" hello e1.example.org 443 good \
		part=20
	cut_off e2 "a hello that drips" hello e2.example.org 443 good drip=0.3
	cut_off e3 "half a head, then silence" http e3.example.org 80 \
		"'GET / HTTP/1.1\r\n'"
	cut_off e4 "nothing at all" http e4.example.org 443 "''"
	check_fails "and nothing went out" seen '"service": "https?"'
}

cut_off() {
	cut_name=$1 cut_what=$2
	shift 2
	check_match "$cut_what: cut off" '(reset|closed|alert 49|403).*' \
		timed "$@"
	check "$cut_what: recorded" recorded peek-timeout \
		"$cut_name.example.org"
}

timed() {
	timed_from=$(date +%s%N)
	timed_said=$(speak "$@")
	timed_ms=$((($(date +%s%N) - timed_from) / 1000000))
	if [ "$timed_ms" -ge 4500 ] && [ "$timed_ms" -lt 9000 ]; then
		echo "$timed_said"
	else
		echo "after $timed_ms ms: $timed_said"
	fi
}

# REASON, what it is, and the text, where HOST is the name dialled.
heads() {
	cat <<'END'
bad-http a line that ends in LF alone|GET / HTTP/1.1\nHost: HOST\n\n
bad-http a NUL|GET / HTTP/1.1\r\nHost: HOST\r\nX: a\x00b\r\n\r\n
bad-http a NUL in Host|GET / HTTP/1.1\r\nHost: HOST\x00.example.net\r\n\r\n
bad-http a folded field|GET / HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n\r\n
bad-http a folded Host|GET / HTTP/1.1\r\nHost: HOST\r\n .example.net\r\n\r\n
bad-http a space before a colon|GET / HTTP/1.1\r\nHost: HOST\r\nHost : www.example.net\r\n\r\n
bad-http two Hosts|GET / HTTP/1.1\r\nHost: HOST\r\nHost: www.example.net\r\n\r\n
bad-http two Hosts that are one|GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n
bad-http no Host|GET / HTTP/1.1\r\n\r\n
bad-http a user in Host|GET / HTTP/1.1\r\nHost: HOST@www.example.net\r\n\r\n
bad-http a user in the URL|GET http://HOST@www.example.net/ HTTP/1.1\r\nHost: HOST\r\n\r\n
bad-http a URL of another host than Host|GET http://www.example.net/ HTTP/1.1\r\nHost: HOST\r\n\r\n
bad-http a Host of another host than the URL|GET http://HOST/ HTTP/1.1\r\nHost: www.example.net\r\n\r\n
bad-http a length and a coding|POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
bad-http two lengths|POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello
bad-http a coding that is not chunked|POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n
bad-http a Connection that takes the length away|POST / HTTP/1.1\r\nHost: HOST\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello
bad-http two spaces|GET  / HTTP/1.1\r\nHost: HOST\r\n\r\n
bad-http an unknown version|GET / HTTP/1.9\r\nHost: HOST\r\n\r\n
bad-http https without CONNECT|GET https://HOST/ HTTP/1.1\r\nHost: HOST\r\n\r\n
host-mismatch a CONNECT to a server|CONNECT www.example.net:443 HTTP/1.1\r\nHost: www.example.net\r\n\r\n
host-mismatch a Host that is a number|GET / HTTP/1.1\r\nHost: 25.0.0.80\r\n\r\n
bad-http a Host that is a number in disguise|GET / HTTP/1.1\r\nHost: 0x19000050\r\n\r\n
h2c HTTP/2 without TLS|PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n
h2c an upgrade to it|GET / HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n
h2c an upgrade to one of two|GET / HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n
END
	printf 'bad-http more than 32 KiB|GET / HTTP/1.1\\r\\nHost: HOST\\r\\n'
	printf 'X: %s\\r\\n\\r\\n\n' "$(printf '%033000d' 0)"
}

bad_heads() {
	rules 'net allow *.example.org'
	stand_inside
	heads | awk -F '|' '{
		sub(/[^ ]* /, "", $1)
		host = "h" NR ".example.org"
		gsub(/HOST/, host, $2)
		printf "%c%s%c http %s 80 %c%s%c\n", 39, $1, 39, host, 39, $2, 39
	}' >"$W/heads"
	forget
	speak batch heads >"$T/heads.out"
	heads | cut -d ' ' -f 1 >"$T/heads.why"
	n=0
	while IFS='	' read -r what got; do
		n=$((n + 1))
		why=$(sed -n "${n}p" "$T/heads.why")
		# HTTP/2's own client is told as it can be: not at all.
		case $why:$got in
		"$why:403 $why" | h2c:reset* | h2c:closed*)
			check "$what is refused" \
				recorded "$why" "h$n.example.org" ;;
		*)
			not_ok "$what is refused" "want $why, got: $got" ;;
		esac
	done <"$T/heads.out"
	check_equal "all of them" "$(heads | grep -c .)" "$n"
	check_fails "none of them went out" seen '"service": "https?"'
	second_requests
	leave
}

# One connection is one request, for the one host that was looked at.
second_requests() {
	forget
	check_output "a second request with another Host is not answered" \
		"200 -" speak http www.example.org 80 \
		"'GET /echo/1 HTTP/1.1\r\nHost: www.example.org\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: www.example.net\r\n\r\n'"
	check "the first one was" seen '/echo/1'
	check_fails "it was not read" seen '/echo/2'
	check_output "where there is no box both are" "200 -, 200 -" \
		as_user python3 "$top_srcdir/tests/egress/inside.py" \
		http www.example.org 80 \
		'GET /echo/3 HTTP/1.1\r\nHost: www.example.org\r\n\r\nGET /echo/4 HTTP/1.1\r\nHost: www.example.net\r\n\r\n'
	forget
	check_output "a keep-alive is not passed on" "200 -" \
		speak http www.example.org 80 \
		"'GET /echo/5 HTTP/1.1\r\nHost: www.example.org\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nProxy-Authorization: Basic eDp5\r\n\r\n'"
	check "the server is told to close" seen '\["Connection", "close"\]'
	check_fails "fields for this connection alone go no further" \
		seen 'X-Mine|Proxy-Authorization|keep-alive'
}

# The gate's own port, for programs that want a proxy.
proxy() {
	rules 'net allow www.example.org' 'net allow 25.0.0.77:80' \
		'net allow 25.0.0.77:443 no-sni'
	stand_inside
	check_output "CONNECT to a listed name" \
		"data www.example.org www.example.org" \
		speak tls www.example.org 443 via=www.example.org:443
	speak http 192.0.2.1 3128 \
		"'CONNECT www.example.org:80 HTTP/1.1\r\nHost: www.example.org:80\r\n\r\nGET /echo/9 HTTP/1.1\r\nHost: www.example.org\r\n\r\n'" \
		>"$T/said"
	check "what is said over it need not wait for the answer" seen /echo/9
	check_output "a listed URL" "200 -" speak http 192.0.2.1 3128 \
		"'GET http://www.example.org/echo HTTP/1.1\r\nHost: www.example.org\r\n\r\n'"
	refuses "CONNECT to an unlisted name" "403 unlisted" \
		unlisted www.example.net \
		tls www.example.net 443 via=www.example.net:443
	refuses "CONNECT to an unlisted port" "403 unlisted" \
		unlisted www.example.org \
		tls www.example.org 25 via=www.example.org:25
	refuses "another SNI inside of it" "alert 49" \
		sni-mismatch www.example.org \
		tls www.example.org 443 via=www.example.org:443 \
		sni=www.example.net
	refuses "an unlisted URL" "403 unlisted" unlisted x1.example.net \
		http 192.0.2.1 3128 \
		"'GET http://x1.example.net/ HTTP/1.1\r\nHost: x1.example.net\r\n\r\n'"
	check_match "CONNECT to a literal" "403 (literal|unlisted)" \
		speak tls 25.0.0.80 443 via=25.0.0.80:443
	check_match "a URL of a literal" "403 (literal|unlisted)" \
		speak http 192.0.2.1 3128 \
		"'GET http://25.0.0.80/ HTTP/1.1\r\nHost: 25.0.0.80\r\n\r\n'"
	for host in 2130706433 0x7f000001 0177.0.0.1 127.1 '[::1%25lo]'; do
		check_match "CONNECT to $host" "403 bad-http" \
			speak tls x 80 "via='$host:80'"
	done
	check_output "a literal of a CIDR rule" "200 -" \
		speak http 192.0.2.1 3128 \
		"'GET http://25.0.0.77/echo HTTP/1.1\r\nHost: 25.0.0.77\r\n\r\n'"
	check_output "CONNECT to one" "200 -" speak http 25.0.0.77 80 \
		via=25.0.0.77:80 \
		"'GET /echo HTTP/1.1\r\nHost: 25.0.0.77\r\n\r\n'"
	forget
	check_match "a path alone names no host there" "403 bad-http" \
		speak http 192.0.2.1 3128 \
		"'GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n'"
	check_fails "and leads nowhere" seen '"service": "http"'
	leave
}

web_socket() {
	rules 'net allow www.example.org'
	stand_inside
	cp "$top_srcdir/tests/egress/websocket.py" "$W"
	check_output "a WebSocket is let through as one" "101 -" \
		speak http www.example.org 80 \
		"'GET /ws HTTP/1.1\r\nHost: www.example.org\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n'"
	check "the server gets its upgrade" seen '\["Upgrade", "websocket"\]'
	forget
	check_output "no other upgrade is" "200 -" \
		speak http www.example.org 80 \
		"'GET /echo HTTP/1.1\r\nHost: www.example.org\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n'"
	check_fails "the server does not hear of it" seen 'Upgrade|TLS'
	not_taken_up
	leave
}

# A server that knows no WebSocket would take what follows for a request.
not_taken_up() {
	upgrade='Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
	other='GET /echo/8 HTTP/1.1\r\nHost: www.example.net\r\n\r\n'
	first="GET /echo/7 HTTP/1.1\r\nHost: www.example.org\r\n$upgrade"
	forget
	check_match "a WebSocket that is not taken up is no way to more" \
		"reset [0-9]+" speak http www.example.org 80 \
		"'$first' 'then=$other'"
	check "the first request was answered" seen '/echo/7'
	check_match "nor is one that is not waited for" "reset [0-9]+" \
		speak http www.example.org 80 "'$first$other'"
	check_fails "the server reads no second one" seen '/echo/8'
	check_output "where there is no box it does" "200 -" \
		as_user python3 "$top_srcdir/tests/egress/inside.py" \
		http www.example.org 80 "$first" "then=$other"
	check "so it was there to be read" seen '/echo/8'
}

contents() {
	names_agree
	flags
	pieces
	bad_heads
	proxy
	web_socket
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways contents
test_end
