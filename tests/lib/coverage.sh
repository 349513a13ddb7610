#!/bin/sh
# SPDX-License-Identifier: ISC
# Executed lines by source file and by room, from what gcov counted.
# usage: GCOV=gcov coverage.sh BUILD_DIR
set -eu

dir=${1:?usage: coverage.sh BUILD_DIR}
cd "$dir"
# One run of gcov an object: a source compiled into two programs is listed
# twice, and the better count is taken.
find . -name '*.gcda' | LC_ALL=C sort | while read -r data; do
	${GCOV:-gcov} -n "$data" 2>/dev/null
done | awk '
	function line(hit, all, name) {
		sort = "sort -k4"
		printf "%6.1f%% of %5d  %s\n", 100 * hit / all, all, name | sort
	}
	/^File / {
		file = $0
		sub(/^File ./, "", file)
		sub(/.$/, "", file)
		if (!match(file, /(policy|jail|src)\/[^.].*\.c$/))
			file = ""
		else
			file = substr(file, RSTART)
	}
	/^Lines executed:/ && file != "" {
		text = $0
		sub(/^Lines executed:/, "", text)
		split(text, part, /% of /)
		lines = part[2] + 0
		hit = part[1] * lines / 100
		if (!(file in total) || hit > best[file])
			best[file] = hit
		total[file] = lines
		file = ""
	}
	END {
		for (f in total) {
			room = f
			sub(/\/[^\/]*$/, "", room)
			line(best[f], total[f], f)
			roomhit[room] += best[f]
			roomall[room] += total[f]
		}
		close("sort -k4")
		print "by room:"
		fflush()
		for (r in roomall)
			line(roomhit[r], roomall[r], r "/")
	}'
