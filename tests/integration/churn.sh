#!/bin/sh
# SPDX-License-Identifier: ISC
# Many boxes, one after the other and at once, in a pid namespace where all
# can be counted: afterwards no process, mount, cgroup, namespace, interface
# or file more than before; no descriptor and no memory in the client.
# 1000 and 100 of them with TORTURE=full.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
CHURN=$BIN/churn
cp "$top_builddir/tests/integration/churn" "$CHURN" || bail "no churn"

# With CHURN_NET=1 each has a gate, and a broker.
if [ "${TORTURE-}" = full ]; then
	IN_TURN=1000 AT_ONCE=100
else
	IN_TURN=150 AT_ONCE=30
fi

# Everything that could be left, counted from inside of the namespace. What
# the shell itself needs is there each time.
cat >"$T/count" <<'END'
dir=$1
set -- /proc/[0-9]* # no program: it would be one of them
echo "processes $#"
echo "namespaces $(readlink /proc/[0-9]*/ns/* | sort -u | wc -l)"
echo "mounts $(wc -l </proc/self/mountinfo)"
echo "interfaces $(grep -c : /proc/net/dev)"
echo "files $(find "$TMPDIR" "$dir" /dev/shm /run -xdev -name '*stockade*' \
	! -name 'stockade-test*' ! -name 'stockade-demo.*' \
	! -name 'stockade-bench.*' 2>/dev/null | wc -l) $(ls "$TMPDIR" | wc -l)"
ns=$(readlink /proc/self/ns/pid | tr -dc 0-9)
root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -z "$root" ] || echo "cgroups $(find "$root" -type d -name \
	"stockade-*-$(printf %x "$ns")" 2>/dev/null | wc -l)"
END
cat >"$T/inner" <<'END'
sh "$1/count" "$3" >"$TMPDIR/../before"
"$2" "${2%/*}/stockade-jail" "$3" "$4" "$5"
rc=$?
# A network namespace goes a moment after the last process in it.
sh "$1/count" "$3" >"$TMPDIR/../after"
exit "$rc"
END

# A user namespace with room for few namespaces more than stand at one time:
# one that stays each time soon is one too many.
cat >"$T/few" <<'END'
for kind in mnt net pid ipc uts cgroup; do
	echo "$1" >/proc/sys/user/max_${kind}_namespaces
done
echo $((3 * $1)) >/proc/sys/user/max_user_namespaces
shift
exec unshare -U --map-user=1000 --map-group=1000 "$@"
END

contained() {
	if [ "$WAY" = root ]; then
		as env TMPDIR="$CTL/tmp" ${CHURN_NET:+CHURN_NET=1} \
			unshare -mpf --propagation private \
			--mount-proc sh "$T/inner" "$@"
	else
		as_user env TMPDIR="$CTL/tmp" ${CHURN_NET:+CHURN_NET=1} \
			unshare -Urmpf --mount-proc sh "$T/few" \
			$(((AT_ONCE + 60) * (1 + ${CHURN_NET:-0}))) \
			sh "$T/inner" "$@"
	fi
}

many() {
	rm -f "$CTL/before" "$CTL/after"
	contained "$T" "$CHURN" "$W" "$1" "$2" >"$T/out" 2>&1
	check_equal "$1 times $2 boxes: every one of them" 0 "$?"
	grep -Ev '^(ok|1\.\.)' "$T/out" | head -n 20 | sed 's/^/# /'
	check_equal "$1 times $2 boxes: the client's points" 3 \
		"$(grep -c '^ok' "$T/out")"
	check "$1 times $2 boxes: they were counted" test -s "$CTL/after"
	check_equal "$1 times $2 boxes: nothing is left" \
		"$(cat "$CTL/before")" "$(cat "$CTL/after")"
}

churn() {
	user_dir "ctl-$WAY/tmp"
	many "$IN_TURN" 1
	many 1 "$AT_ONCE"
}

STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways churn
test_end
