#!/bin/sh
# SPDX-License-Identifier: ISC
# A build of its own beside this one, with other flags; then make in it.
#
# usage: lane.sh NAME "CONFIGURE FLAGS" MAKE-ARGUMENT...
#
# In NAME below the build tree; made anew only when the flags change.
set -eu
: "${top_srcdir:?run by make}" "${top_builddir:?run by make}"
dir=$top_builddir/lanes/$1
flags=$2
shift 2
jobs=${JOBS:-$(nproc 2>/dev/null || echo 1)}
mkdir -p "$dir"
cd "$dir"
if [ "$(cat .flags 2>/dev/null)" != "$flags" ] || [ ! -f Makefile ]; then
	# shellcheck disable=SC2086 # a list of words
	"$top_srcdir/configure" -q $flags \
		>configure.out 2>&1 || {
		cat configure.out
		exit 1
	}
	printf %s "$flags" >.flags
fi
exec make "-j$jobs" "$@"
