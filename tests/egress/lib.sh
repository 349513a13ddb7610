# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154,SC2086
# A small internet for the tests of the gate, in namespaces of the test's own:
#
#   here     where stockade and its broker run: up0 11.1.0.1, resolver
#            25.0.0.53; /etc/{hosts,resolv.conf,nsswitch.conf,passwd,ssl/certs}
#            are ours
#   there    all of 25.0.0.0/8 and 2a00:25::/32; besides 10.0.0.0/8,
#            100.64.0.0/10, 169.254.169.254, 172.16.0.0/12, 198.51.100.0/24 and
#            fc00::/7, so that a broker that dials what it must not does get
#            an answer; 25.9.9.0/24 swallows everything. internet.py serves
#            it, and says which ports
#
# Nothing of it touches the machine: as root in private namespaces, as an
# ordinary user in those of a user namespace in which he keeps his id.
#
# Sourced after harness.sh; egress_begin in the place of test_begin. Then
#   zone NAME ADDRESS...   a name's addresses (* any; see internet.py)
#   rules LINE...          the policy of the next boxes
#   reach COMMAND...       a box with that policy; REACH_OPTIONS are its
#   seen ERE               lines of the internet's log
#   result EXPRESSION      of `run --json', o
#   records                all JSON lines that the broker wrote
#   refused REASON HOST    the last box's violations, and records, name it
# Certificates are good for example.org, .net, .com, *.example.org and so on;
# all else has to be done over plain TCP. The client of a name that is not in
# the zone gets 25.0.0.80 (`*').

egress_begin() {
	[ "${EGRESS_HERE-}" = 1 ] || egress_enter
	PLAIN='setpriv --ambient-caps=-all --inh-caps=-all'
	! is_root || PLAIN="setpriv --reuid=$TEST_UID --regid=$TEST_GID
		--clear-groups"
	TEST_ALSO="stockade-egress ${TEST_ALSO-}"
	test_begin
	N=$T/net CLIENT=$T/client.py
	cp "$top_srcdir/tests/egress/client.py" "$CLIENT"
	mkdir "$N" "$N/www" "$N/repos" "$N/certs"
	on_exit egress_leave
	: >"$N/log"
	zone '*' 25.0.0.80
	egress_certificates || bail "certificates: $(cat "$N/openssl.out")"
	egress_links || bail "links of the test's network"
	egress_etc || bail "/etc of the test's own"
	! is_root || chown -R $TEST_UID:$TEST_GID "$N"
	egress_serve
}

# This test again, in namespaces of its own. An ordinary user stays who he is,
# so that all that is asked of him is asked of an ordinary user.
egress_enter() {
	for test_need in unshare ip nsenter openssl python3 setpriv; do
		command -v $test_need >/dev/null || skip_all "no $test_need"
	done
	if is_root; then
		set -- unshare -n -m
	else
		set -- unshare -Unm --map-current-user --keep-caps
	fi
	if ! "$@" true 2>/dev/null; then
		echo "1..0 # SKIP no namespaces of the test's own here"
		exit 0
	fi
	EGRESS_HERE=1
	export EGRESS_HERE
	exec "$@" sh "$0"
}

# Without the capabilities over the test's own namespaces, which an ordinary
# user does not have.
egress_plain() {
	$PLAIN "$@"
}

# The harness's, for who holds capabilities over these namespaces only.
as_user() {
	mkdir -p "$T/home"
	! is_root || chown $TEST_UID:$TEST_GID "$T/home"
	egress_plain env -i PATH="$PATH" HOME="$T/home" TERM=dumb \
		${BOX_ENV:+"$BOX_ENV"} "$@"
}

rootless_missing() {
	egress_plain unshare -Urmn true 2>/dev/null ||
		echo "no unprivileged user namespaces here"
}

egress_certificates() {
	cat >"$N/openssl.cnf" <<'END'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = The CA of a test
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = @names
[names]
DNS.1 = example.org
DNS.2 = *.example.org
DNS.3 = example.net
DNS.4 = *.example.net
DNS.5 = example.com
DNS.6 = *.example.com
DNS.7 = *.sub.example.org
END
	(
		cd "$N" || exit 1
		for key in ca key; do
			openssl ecparam -name prime256v1 -genkey -noout \
				-out $key.pem
		done
		openssl req -x509 -new -key ca.pem -config openssl.cnf \
			-extensions ca -days 2 -out ca.crt &&
		openssl req -new -key key.pem -config openssl.cnf \
			-subj "/CN=example.org" -out server.csr &&
		openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.pem \
			-CAcreateserial -days 2 -extfile openssl.cnf \
			-extensions server -out cert.pem &&
		cp ca.crt certs/ca-certificates.crt && cp ca.crt certs/ca.pem &&
		openssl rehash certs
	) >"$N/openssl.out" 2>&1
}

egress_links() {
	unshare -n sleep 86400 &
	there=$!
	within 10 egress_apart || return 1
	ip link set lo up &&
	ip link add up0 type veth peer name down0 netns "$there" &&
	ip addr add 11.1.0.1/30 dev up0 && ip link set up0 up &&
	there ip link set lo up && there ip addr add 11.1.0.2/30 dev down0 &&
	there ip link set down0 up && ip route add default via 11.1.0.2 ||
		return 1
	for net in 25.0.0.0/8 10.0.0.0/8 100.64.0.0/10 169.254.169.254 \
		172.16.0.0/12 198.51.100.0/24; do
		there ip route add local $net dev lo || return 1
	done
	there ip route add blackhole 25.9.9.0/24 table local || return 1
	egress_inet6 || diag "no IPv6 in the test's network"
	there sh -c 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start'
}

egress_apart() {
	[ "$(readlink "/proc/$there/ns/net")" != \
		"$(readlink /proc/self/ns/net)" ]
}

egress_inet6() {
	ip -6 addr add 2a00:1::1/64 dev up0 nodad &&
	there ip -6 addr add 2a00:1::2/64 dev down0 nodad &&
	ip -6 route add default via 2a00:1::2 &&
	there ip -6 route add local 2a00:25::/32 dev lo &&
	there ip -6 route add local fc00::/7 dev lo
} 2>/dev/null

# there COMMAND...: on the internet; serve_there COMMAND... & for what stays.
there() {
	nsenter --net="/proc/$there/ns/net" "$@"
}

serve_there() {
	exec nsenter --net="/proc/$there/ns/net" "$@"
}

egress_etc() {
	echo '127.0.0.1 localhost' >"$N/hosts"
	echo 'nameserver 25.0.0.53
options timeout:1 attempts:2' >"$N/resolv.conf"
	printf '%s: files\n' passwd group services protocols >"$N/nsswitch.conf"
	echo 'hosts: files dns' >>"$N/nsswitch.conf"
	echo "root:x:0:0:root:/root:/bin/sh
tester:x:$(egress_plain id -u):$(egress_plain id -g)::$N/home:/bin/sh
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin" >"$N/passwd"
	mkdir "$N/home"
	for file in hosts resolv.conf nsswitch.conf passwd; do
		mount --bind "$N/$file" "/etc/$file" || return 1
	done
	mount --bind "$N/certs" /etc/ssl/certs
}

egress_serve() {
	serve_there $PLAIN /usr/bin/python3 \
		"$top_srcdir/tests/egress/internet.py" "$N" \
		>"$N/internet.out" 2>&1 &
	internet=$!
	within 20 test -e "$N/ready" ||
		bail "the test's internet: $(cat "$N/internet.out")"
}

egress_leave() {
	for pid in ${servers-} ${internet-} ${there-}; do
		kill "$pid" 2>/dev/null
	done
}

# zone [-a] NAME ADDRESS...: the name's addresses, in the place of others; -a:
# one more answer, which takes turns with those before.
zone() {
	if [ "$1" = -a ]; then
		shift
	else
		touch "$N/zone"
		awk -v name="$1" '$1 != name' "$N/zone" >"$N/zone.new"
		cat "$N/zone.new" >"$N/zone"
	fi
	echo "$*" >>"$N/zone"
}

# rules LINE...: the next boxes' policy.
rules() {
	printf '%s\n' "$@" >"$T/policy"
}

# reach COMMAND...: in a box of $WAY's with that policy, whose end is killed
# after REACH_TIME seconds.
reach() {
	reach_begin
	as env XDG_STATE_HOME="$O/state" timeout --foreground -s KILL \
		"${REACH_TIME:-60}" "$STOCKADE" run -C "$W" -p "$T/policy" \
		-j "$O/result.json" ${REACH_OPTIONS-} -- "$@"
}

# $O is the user's: result and records of one box.
reach_begin() {
	new_dir "out-$WAY"
	O=$T/out-$WAY
}

# The lines of what the internet saw that match, oldest first.
seen() {
	grep -E -e "$1" "$N/log"
}

# forget: what it saw.
forget() {
	: >"$N/log"
}

# Names that were asked for upstream.
asked() {
	seen '"service": "dns"' | grep -qF "\"name\": \"$1\""
}

result() {
	json "$O/result.json" "$1"
}

records() {
	cat "$O"/state/stockade/egress/*.jsonl
}

# record EXPRESSION: how many records `r' it is true of.
record() {
	records | /usr/bin/python3 -c 'import json, sys
lines = [json.loads(line) for line in sys.stdin]
print(sum(1 for r in lines if eval(sys.argv[1])))' "$1"
}

# refused REASON HOST: the result's violations and the records say so.
refused() {
	refused_by=$(result "[v['reason'] for v in o['violations']
		if v['host'] == '$2']") || return 1
	case $refused_by in *"\"$1\""*) ;; *)
		echo "violations of $2: $refused_by"
		result "o.get('violations')"
		return 1 ;;
	esac
	[ "$(record "r.get('name') == '$2' and r.get('reason') == '$1'")" \
		-ge 1 ] || {
		echo "no record of $2 with reason $1:"
		records
		return 1
	}
}

# ours NAME: processes of that name among our descendants.
ours() {
	/usr/bin/python3 - "$1" $$ <<'END'
import glob, sys
parent, named = {}, []
for path in glob.glob("/proc/[0-9]*/stat"):
    try:
        text = open(path).read()
    except OSError:
        continue
    pid = int(text.split()[0])
    rest = text.rpartition(")")[2].split()
    parent[pid] = int(rest[1])
    if text[text.index("(") + 1:text.rindex(")")] == sys.argv[1] and \
            rest[0] not in "ZX":
        named.append(pid)
for pid in sorted(named):
    up = pid
    while up > 1 and up != int(sys.argv[2]):
        up = parent.get(up, 0)
    if up == int(sys.argv[2]):
        print(pid)
END
}

# stand: a box that stays, with $CLIENT in its workspace; `tell COMMAND' runs
# a piece of shell in it and prints what it prints; leave ends it.
stand() {
	reach_begin
	cp "$CLIENT" "$W"
	rm -f "$W"/said.* "$T/line"
	mkfifo "$T/line"
	as env XDG_STATE_HOME="$O/state" "$STOCKADE" run -C "$W" \
		-p "$T/policy" -j "$O/result.json" ${REACH_OPTIONS-} -- \
		sh -c 'while read -r n; do
			sh said.$n.sh >said.$n 2>&1 </dev/null
			echo $? >said.$n.status
		done' <"$T/line" >"$O/out" 2>&1 &
	standing=$!
	servers="${servers-} $standing"
	trap '' PIPE
	exec 9>"$T/line"
	echo 0 >"$T/tell.n"
	tell true || bail "no box: $(cat "$O/out")"
}

tell() {
	# Of a file: who calls is often a subshell, whose variables are lost.
	tell_n=$(($(cat "$T/tell.n") + 1))
	echo $tell_n >"$T/tell.n"
	printf '%s\n' "$*" >"$W/said.$tell_n.sh"
	echo "$tell_n" >&9
	within "${TELL_TIME:-40}" test -s "$W/said.$tell_n.status" || {
		echo "no answer of the box"
		return 99
	}
	cat "$W/said.$tell_n"
	return "$(cat "$W/said.$tell_n.status")"
}

# direct WORDS...: client.py where there is no box.
direct() {
	as_user python3 "$CLIENT" "$@"
}

# ask WORDS...: client.py in that box.
ask() {
	tell "python3 client.py $*"
}

leave() {
	exec 9>&-
	wait "$standing"
}

# The broker of that box: its watcher, and the worker of the moment.
watcher() {
	for broker_pid in $(ours stockade-egress); do
		[ "$(comm_of_parent "$broker_pid")" = stockade-egress ] ||
			echo "$broker_pid"
	done
}

worker() {
	broker_watcher=$(watcher)
	for broker_pid in $(ours stockade-egress); do
		[ "$(parent_of "$broker_pid")" != "$broker_watcher" ] ||
			echo "$broker_pid"
	done
}

parent_of() {
	sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status"
}

comm_of_parent() {
	cat "/proc/$(parent_of "$1")/comm"
}

# another_worker PID: the broker has one, and it is another.
another_worker() {
	broker_worker=$(worker)
	[ -n "$broker_worker" ] && [ "$broker_worker" != "$1" ]
}
