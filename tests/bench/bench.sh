#!/bin/sh
# SPDX-License-Identifier: ISC
# Runs the bench: native, the floor and ours; as root, then without rights.
#   bench.sh [--rounds N] [--json]
set -eu
: "${top_builddir:?run by make bench}"

T=$(mktemp -d "${TMPDIR:-/tmp}/stockade-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT HUP
unset SUDO_UID SUDO_GID SUDO_USER
chmod 755 "$T"
for f in stockade stockade-jail tests/bench/bench tests/bench/floor \
	tests/bench/standing; do
	[ ! -x "$top_builddir/$f" ] || cp "$top_builddir/$f" "$T/"
done
mkdir "$T/work"
cd "$T/work"

lanes() {
	set -- "$@" "native:native:spawn:/bin/true" \
		"floor, cold:native:spawn:$T/floor cold /bin/true"
	[ ! -x "$T/stockade" ] || set -- "$@" \
		"stockade run, cold:floor, cold:spawn:$T/stockade run -- true"
	set -- "$@" "floor, warm:native:peer:$T/floor warm"
	[ ! -x "$T/standing" ] || set -- "$@" \
		"stockade, warm:floor, warm:peer:$T/standing $T/work warm"
	$prefix "$T/bench" "$@"
}

case " $* " in
*" --json "*) say=: ;;
*) say="echo" ;;
esac

prefix=
if [ "$(id -u)" -eq 0 ]; then
	$say "as root:"
	lanes "$@"
	chown 4242:4242 "$T/work"
	prefix="setpriv --reuid=4242 --regid=4242 --clear-groups"
	prefix="$prefix env HOME=$T/work"
fi
if unshare -Ur true 2>/dev/null; then
	$say "as an ordinary user:"
	lanes "$@"
else
	$say "no unprivileged user namespaces here"
fi
