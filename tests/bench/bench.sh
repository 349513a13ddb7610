#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the bench: native, the floor, bubblewrap if it is there, and ours; as
# root, then without rights. Says what was wanted, and whether it is so.
#   bench.sh [--rounds N] [--boxes N] [--json]
# --json tells of the lanes alone, one object a way in.
set -eu
: "${top_builddir:?run by make bench}"

rounds=200
boxes=1000
json=
while [ $# -gt 0 ]; do
	case $1 in
	--json) json=--json ;;
	--rounds) rounds=$2 && shift ;;
	--boxes) boxes=$2 && shift ;;
	*)
		echo "usage: bench.sh [--rounds N] [--boxes N] [--json]" >&2
		exit 2
		;;
	esac
	shift
done

T=$(mktemp -d "${TMPDIR:-/tmp}/stockade-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT HUP
unset SUDO_UID SUDO_GID SUDO_USER
chmod 755 "$T"
for f in stockade stockade-jail tests/bench/bench tests/bench/floor \
	tests/bench/gate tests/bench/standing; do
	cp "$top_builddir/$f" "$T/"
done
mkdir "$T/work"
cp "$top_builddir/tests/bench/calls" "$T/work/"
cd "$T/work"

# FORMAT and what goes into it, as printf.
say() {
	# shellcheck disable=SC2059
	[ -n "$json" ] || printf "$@"
}

# What a user of bubblewrap would write for the same.
bwrap="bwrap --unshare-all --die-with-parent --new-session --ro-bind /usr /usr"
for l in bin sbin lib lib64; do
	[ ! -L /$l ] || bwrap="$bwrap --symlink usr/$l /$l"
done
bwrap="$bwrap --ro-bind /etc/alternatives /etc/alternatives --proc /proc"
bwrap="$bwrap --dev /dev --tmpfs /tmp --bind . /workspace --chdir /workspace"

lanes() {
	set -- "native:native:spawn:/bin/true" \
		"floor:native:spawn:$T/floor cold /bin/true" \
		"run:floor:spawn:$T/stockade run -- true" \
		"floor again:native:peer:$T/floor again" \
		"further:floor again:peer:$T/standing $T/work further" \
		"floor warm:native:peer:$T/floor warm" \
		"warm:floor warm:peer:$T/standing $T/work warm" \
		--want run:floor:1.5 --want run:bwrap:0.8 \
		--want "further:floor again:1.15" \
		--want "warm:floor warm:1.15" --want warm:native:1.1
	# shellcheck disable=SC2086
	if $prefix $bwrap /bin/true 2>"$T/why"; then
		set -- "$@" "bwrap:floor:spawn:$bwrap /bin/true"
	else
		say 'bubblewrap is not measured: %s\n' "$(head -n 1 "$T/why")"
	fi
	$prefix "$T/bench" $json --rounds "$rounds" "$@"
}

# 20 of them at once: 450 a second where the floor makes 569.
crowd() {
	$prefix "$T/bench" $json --rounds $((rounds / 10 + 1)) \
		--want "20 runs:20 floors:1.26" \
		"20 floors:20 floors:crowd:$T/floor cold /bin/true" \
		"20 runs:20 floors:crowd:$T/stockade run -- true"
}

# verdict WHAT WANTED IS RELATION(<= or >=)
verdict() {
	awk -v what="$1" -v want="$2" -v is="$3" -v rel="$4" 'BEGIN {
		ok = rel == "<=" ? is + 0 <= want + 0 : is + 0 >= want + 0
		if (is == "")
			printf "%-40s %8s %9s  not measured\n", what, want, "-"
		else
			printf "%-40s %8s %9s  %s\n", what, want, is,
				ok ? "met" : "missed"
	}'
}

divide() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b > 0) printf "%.2f", a / b }'
}

# field N TEXT
field() {
	echo "$2" | awk -v n="$1" '{ print $n }'
}

# The same program outside, in the floor, and in ours.
calls() {
	native=$($prefix ./calls cost)
	floor=$($prefix "$T/floor" cold /workspace/calls cost)
	ours=$($prefix "$T/stockade" run -- /workspace/calls cost)
	say '%-26s %9s %9s %9s\n' "ns a call" native floor ours
	for i in 1 2 3; do
		say '%-26s %9s %9s %9s\n' \
			"$(field $i "getpid stat open+close")" \
			"$(field $i "$native")" "$(field $i "$floor")" \
			"$(field $i "$ours")"
	done
	verdict "getpid to the floor's, which has a filter" 1.10 \
		"$(divide "$(field 1 "$ours")" "$(field 1 "$floor")")" "<="
}

output() {
	native=$($prefix ./calls write 1000 | ./calls drain)
	ours=$($prefix "$T/stockade" run --limit output=none -- \
		/workspace/calls write 1000 | ./calls drain)
	verdict "output in MB/s to $native natively" 0.90 \
		"$(divide "$ours" "$native")" ">="
}

# Processes below one, not itself.
below() {
	# shellcheck disable=SC2013
	for p in $(cat "/proc/$1/task/$1/children"); do
		echo "$p"
		below "$p"
	done
}

memory() {
	rm -f "$T/pid"
	mkfifo "$T/hold"
	$prefix "$T/standing" "$T/work" idle <"$T/hold" >"$T/pid" &
	exec 9>"$T/hold"
	until [ -s "$T/pid" ]; do
		kill -0 $! || break
		sleep 0.1
	done
	# Idle: what it can do without it lets go of after a second.
	sleep 2
	sum=0
	for p in $(below "$(cat "$T/pid")"); do
		sum=$((sum + $(awk '/^Pss:/ { print $2 }' \
			"/proc/$p/smaps_rollup" || echo 0)))
	done
	exec 9>&-
	wait $! || :
	rm "$T/hold"
	verdict "KiB of memory (PSS) an idle sandbox" 700 "$sum" "<="
}

many() {
	both=$($prefix "$T/standing" "$T/work" many "$boxes") || both=
	verdict "a new one among $boxes, to one alone" 1.10 \
		"$(divide "$(field 2 "$both")" "$(field 1 "$both")")" "<="
}

# The network's gate, made by the builder's own code.
gate() {
	both=$($prefix "$T/gate" "$rounds") || both=
	verdict "a gate, to the floor of its calls" 1.20 \
		"$(divide "$(field 1 "$both")" "$(field 2 "$both")")" "<="
}

all() {
	say '\n%s:\n' "$1"
	lanes
	crowd
	[ -z "$json" ] || return 0
	calls
	say '%-40s %8s %9s\n' "" wanted is
	output
	memory
	many
	gate
}

prefix=
if [ "$(id -u)" -eq 0 ]; then
	all "as root"
	chown -R 4242:4242 "$T/work"
	prefix="setpriv --reuid=4242 --regid=4242 --clear-groups"
	prefix="$prefix env HOME=$T/work"
fi
if unshare -Ur true 2>/dev/null; then
	all "as an ordinary user"
else
	say 'no unprivileged user namespaces here\n'
fi
