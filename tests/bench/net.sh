#!/bin/sh
# SPDX-License-Identifier: ISC
# What the network costs: the gate beside a veth without anything between, and
# beside slirp4netns if it is installed, interleaved in one run, in namespaces
# of its own. Compare ratios, never figures. `make bench-net'.
#   net.sh [--rounds N] [--ms N]
# The server is on the loopback of the namespace that the broker lives in: the
# box gets there by `net allow host:PORT', slirp4netns by its 10.0.2.2, and
# the direct road by the address of its veth's other end.
set -eu
: "${top_builddir:?run by make bench-net}"

rounds=7 ms=1000
while [ $# -gt 1 ]; do
	case $1 in
	--rounds) rounds=$2 ;;
	--ms) ms=$2 ;;
	*)
		echo "usage: net.sh [--rounds N] [--ms N]" >&2
		exit 2
		;;
	esac
	shift 2
done

# In a network and a mount namespace of our own; the user stays who he is.
if [ "${BENCH_HERE-}" != 1 ]; then
	for need in ip nsenter unshare setpriv; do
		command -v $need >/dev/null || {
			echo "net.sh: no $need here: not measured" >&2
			exit 77
		}
	done
	set -- unshare -n -m
	[ "$(id -u)" -eq 0 ] || set -- unshare -Unm --map-current-user \
		--keep-caps
	exec env BENCH_HERE=1 "$@" sh "$0" --rounds "$rounds" --ms "$ms"
fi

PORT=7007
T=$(mktemp -d "${TMPDIR:-/tmp}/stockade-bench.XXXXXX")
started=
trap 'exec 9>&-; kill $started 2>/dev/null || :; rm -rf "$T"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT HUP PIPE
chmod 755 "$T"
cp "$top_builddir/stockade" "$top_builddir/stockade-jail" \
	"$top_builddir/stockade-egress" "$T/"
mkdir "$T/work" "$T/state"
export XDG_STATE_HOME="$T/state"
cp "$top_builddir/tests/bench/net" "$T/work/"
cd "$T/work"

# apart: begins a process in a network namespace of its own; its id is $apart.
apart() {
	unshare -n sleep 86400 &
	apart=$!
	started="$started $apart"
	while [ "$(readlink "/proc/$apart/ns/net")" = \
		"$(readlink /proc/self/ns/net)" ]; do
		sleep 0.05
	done
}

ip link set lo up
./net serve $PORT &
started="$started $!"

apart
direct=$apart
ip link add d0 type veth peer name eth0 netns "$direct"
ip addr add 11.1.0.1/30 dev d0
ip link set d0 up
nsenter --net="/proc/$direct/ns/net" sh -c 'ip link set lo up
	ip addr add 11.1.0.2/30 dev eth0; ip link set eth0 up'

slirp=
if command -v slirp4netns >/dev/null; then
	apart
	slirp=$apart
	slirp4netns --configure --mtu=65520 "$slirp" tap0 >"$T/slirp" 2>&1 &
	started="$started $!"
	n=0
	until nsenter --net="/proc/$slirp/ns/net" ip -o addr show dev tap0 \
		2>/dev/null | grep -q inet; do
		sleep 0.1
		n=$((n + 1))
		[ $n -lt 50 ] || break
	done
	if [ $n -ge 50 ]; then
		echo "slirp4netns is not measured: $(tail -n 1 "$T/slirp")"
		slirp=
	fi
fi

# The box stays: its start is not what is measured. A line of its input is a
# command; what it prints, a line of its output.
printf 'net allow host:%s raw\nlimit net-connections 2000\nlimit nofile 4096\n' \
	"$PORT" >"$T/policy"
mkfifo "$T/in" "$T/out"
"$T/stockade" run -p "$T/policy" -- sh -c 'while read -r line; do
	$line </dev/null; done' <"$T/in" >"$T/out" 2>"$T/err" &
box=$!
started="$started $box"
exec 9>"$T/in" 8<"$T/out"
echo "echo ready" >&9
read -r _ <&8 || {
	echo "no box: $(cat "$T/err")" >&2
	exit 1
}

# road NAME WHAT WORDS...: one measurement.
road() {
	case $1 in
	direct)
		nsenter --net="/proc/$direct/ns/net" \
			./net "$2" 11.1.0.1 $PORT "$3" ${4+"$4"} ;;
	slirp)
		[ -n "$slirp" ] || return 0
		nsenter --net="/proc/$slirp/ns/net" \
			./net "$2" 10.0.2.2 $PORT "$3" ${4+"$4"} ;;
	gate)
		echo "./net $2 host $PORT $3 ${4-}" >&9
		read -r answer <&8
		echo "$answer" ;;
	esac
}

# median FILE: of the lines in it.
median() {
	sort -n "$1" 2>/dev/null | awk '{ v[NR] = $1 }
	END { if (NR) print v[int((NR + 1) / 2)] }'
}

measure() {
	for name in direct gate slirp; do
		road $name "$@" >>"$T/$name.$1.$2"
	done
}

i=0
while [ $i -lt "$rounds" ]; do
	measure up 1 "$ms"
	measure down 1 "$ms"
	measure up 4 "$ms"
	measure down 4 "$ms"
	measure connect 500
	measure trip 5000
	i=$((i + 1))
done

# per A B: A of B, two digits; nothing if one was not measured.
per() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0)
		printf "%.2f", a / b }'
}

row() {
	d=$(median "$T/direct.$2") g=$(median "$T/gate.$2")
	s=$(median "$T/slirp.$2")
	printf '%-34s %9s %9s %9s %9s %9s\n' "$1" "$d" "$g" "${s:--}" \
		"$(per "$g" "$d")" "$(per "$g" "$s")"
}

printf '%-34s %9s %9s %9s %9s %9s\n' "medians of $rounds" direct gate \
	slirp4ns to:direct to:slirp
row "up, one stream, Gbit/s" up.1
row "down, one stream, Gbit/s" down.1
row "up, four streams, Gbit/s" up.4
row "down, four streams, Gbit/s" down.4
row "connect and one byte, us" connect.500
row "one byte there and back, us" trip.5000

# verdict WHAT RELATION WANTED IS
verdict() {
	awk -v what="$1" -v rel="$2" -v want="$3" -v is="$4" 'BEGIN {
		ok = rel == "<=" ? is + 0 <= want + 0 : is + 0 >= want + 0
		printf "%-46s %s %-6s %9s  %s\n", what, rel, want,
			is == "" ? "-" : is,
			is == "" ? "not measured" : ok ? "met" : "missed"
	}'
}

echo
for way in up down; do
	g=$(median "$T/gate.$way.1")
	verdict "$way, one stream, to direct" ">=" 0.60 \
		"$(per "$g" "$(median "$T/direct.$way.1")")"
	verdict "$way, one stream, to slirp4netns" ">=" 1.00 \
		"$(per "$g" "$(median "$T/slirp.$way.1")")"
done
verdict "connect and one byte, to direct" "<=" 3.00 "$(per \
	"$(median "$T/gate.connect.500")" "$(median "$T/direct.connect.500")")"

# What a thousand connections take, in all of the broker's processes.
brokers() {
	pgrep -s "$(pgrep -P "$box" -x stockade-egress | head -n 1)"
}

taken() {
	for pid in $(brokers); do
		fds=$(find "/proc/$pid/fd" -mindepth 1 2>/dev/null | wc -l)
		awk -v fds="$fds" '/^Pss:/ { kb = $2 }
			END { print fds, kb + 0 }' \
			"/proc/$pid/smaps_rollup" 2>/dev/null
	done | awk '{ fds += $1; kb += $2 } END { print fds + 0, kb + 0 }'
}

before=$(taken)
if [ "$before" != "0 0" ]; then
	mkfifo "$T/work/go"
	echo "sh -c ./net\${IFS}hold\${IFS}host\${IFS}$PORT\${IFS}1000<go" \
		>&9
	exec 7>"$T/work/go"
	read -r held <&8
	after=$(taken)
	verdict "descriptors a connection, of $held" "<=" 2.00 \
		"$(echo "$before $after $held" |
			awk '$1 > 0 { printf "%.2f", ($3 - $1) / $5 }')"
	verdict "KiB a connection" "<=" 8.00 "$(echo "$before $after $held" |
		awk '{ d = $4 - $2; printf "%.2f", (d > 0 ? d : 0.01) / $5 }')"
	exec 7>&-
else
	echo "what a connection takes is not seen by this user: not measured"
fi
