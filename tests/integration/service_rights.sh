#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever directory a peer hands to the service, its sandbox can do there
# what the peer can do itself, and nothing else.
# shellcheck source=tests/integration/service_lib.sh
. "${top_srcdir:?}/tests/integration/service_lib.sh"

ceiling
start ""

# What a process can do with each file, one line a file. Run by the peer
# outside and in its sandbox: the answers must be the same.
cat >"$BIN/try" <<'END'
#!/bin/sh
cd "$1" || exit 1
for f in d-* f-*; do
	can=
	if [ -d "$f" ]; then
		ls "$f" >/dev/null 2>&1 && can="$can list"
		cat "$f/known" >/dev/null 2>&1 && can="$can enter"
		true 2>/dev/null >"$f/made" && rm "$f/made" && can="$can make"
		rm "$f/gone" 2>/dev/null && can="$can remove"
	else
		cat "$f" >/dev/null 2>&1 && can="$can read"
		true 2>/dev/null >>"$f" && can="$can write"
		"./$f" >/dev/null 2>&1 && can="$can run"
		chmod u+w "$f" 2>/dev/null && can="$can own"
	fi
	echo "$f:$can"
done
END
chmod 755 "$BIN/try"

# Owners and groups that the peer is, is not, and is among others; with all
# that the three classes can say of each other.
plant() {
	rm -rf "${1:?}"
	mkdir "$1"
	for owner in 0 $TEST_UID $OTHER_UID; do
		for group in 0 $TEST_GID $OTHER_UID $GROUP; do
			for mode in 700 070 007 705 066 640; do
				f=$1/f-$owner-$group-$mode
				echo '#!/bin/sh' >"$f"
				chown "$owner:$group" "$f"
				chmod $mode "$f"
			done
			for mode in 711 705 770 1777 2775; do
				d=$1/d-$owner-$group-$mode
				mkdir "$d"
				echo known >"$d/known"
				: >"$d/gone"
				chown "$owner:$group" "$d"
				chmod $mode "$d"
			done
		done
	done
	chmod 755 "$1"
}

# same NAME GROUPS DIR-OWNER DIR-MODE
same() {
	plant "$T/outside"
	cp -a "$T/outside" "$T/inside"
	for dir in "$T/outside" "$T/inside"; do
		chown "$3" "$dir"
		chmod "$4" "$dir"
	done
	user "$TEST_UID" "$2" sh "$BIN/try" "$T/outside" >"$T/want" 2>&1
	user "$TEST_UID" "$2" "$STOCKADE" run -C "$T/inside" -- \
		sh -c "$(cat "$BIN/try")" sh /workspace >"$T/got" 2>&1
	check "$1" cmp "$T/want" "$T/got"
	check "control: $1: some of it is allowed, some is not" sh -c "
		grep -q ': read write' '$T/want' && grep -q ':\$' '$T/want'"
	diff "$T/want" "$T/got" | head -5 | sed 's/^/# /'
	rm -rf "$T/inside" "$T/outside"
}
same "files of all kinds" "" 0 755
same "to a member of groups" "$GROUP,$OTHER_UID" $TEST_UID 700

# What is handed over is somebody else's.
mkdir "$T/another"
echo secret >"$T/another/secret"
echo public >"$T/another/public"
chown "$OTHER_UID" "$T/another" "$T/another"/*
chmod 600 "$T/another/secret"
chmod 755 "$T/another"
in_home() {
	user "$TEST_UID" "" "$STOCKADE" run -C "$T/another" -- "$@"
}
check_output "in another's home what is public can be read" public \
	in_home cat public
check_fails "what is secret cannot" in_home cat secret
check_fails "and nothing made" in_home sh -c ': >new'
for mode in 711 700; do
	chmod $mode "$T/another"
	check_fails "nothing of it by mode $mode" in_home cat /workspace/secret
	check_fails "nor its list" in_home ls /workspace
done

# What the kernel rules by, and what cannot be mapped: there the sandbox would
# have to be the user itself.
for dir in / /proc /proc/self /proc/sys/kernel /sys /dev/pts \
	"$(cgroup_root)"; do
	[ -d "$dir" ] || continue
	check_status "$dir is no workspace" 125 \
		user "$TEST_UID" "" "$STOCKADE" run -C "$dir" -- true
	cp "$T/check.out" "$T/said"
	check "$dir: and why" grep -q "can map ids\|open tree" "$T/said"
done

# A mount of the peer's own namespace, under a name that the ceiling allows.
ceiling "service directory $T/allowed"
mkdir "$T/allowed"
chown "$TEST_UID" "$T/allowed"
own_mount() {
	user "$TEST_UID" "" unshare -Urm sh -c "
		mount -t $1 none '$T/allowed' $2 && cd '$T/allowed' &&
		exec '$STOCKADE' run -C '$T/allowed' -- $3"
}
if [ -z "$ROOTLESS_WHY" ]; then
	check "control: the user can mount there" user "$TEST_UID" "" \
		unshare -Urm mount -t tmpfs none "$T/allowed"
	check_status "a tmpfs that only the peer sees" 125 \
		own_mount tmpfs "" true
	mkdir "$T/upper" "$T/work.d"
	chown "$TEST_UID" "$T/upper" "$T/work.d"
	check_status "an overlay that only the peer sees" 125 own_mount \
		overlay \
		"-o lowerdir=/etc,upperdir=$T/upper,workdir=$T/work.d" true
else
	skip_kernel "mounts that only the peer sees" "$ROOTLESS_WHY"
fi

# Root's own: nothing of it comes by being root.
ceiling
mkdir "$T/roots"
echo x >"$T/roots/file"
check_output "root by the service is nobody's root" 1000 \
	user 0 0 "$STOCKADE" run -C "$T/roots" -- id -u
check_equal "and the log is silent about its host id" "" \
	"$(grep -v 'can map ids\|open tree' "$T/service.log")"
test_end
