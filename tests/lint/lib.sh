# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# What every lint needs: TAP, the files of a tree, and proof that the lint
# itself works: each plants a fault in a small tree and expects to find it.

: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"
lint_tmp=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX") || exit 99
trap 'rm -rf "$lint_tmp"' EXIT
trap 'exit 99' HUP INT TERM
lint_count=0

# need TOOL...: without them the whole lint is skipped.
need()
{
	for tool; do
		command -v "$tool" >/dev/null 2>&1 && continue
		echo "1..0 # SKIP $tool is missing"
		exit 0
	done
}

# clean NAME COMMAND...: a point that is good if the command is.
clean()
{
	lint_count=$((lint_count + 1))
	name=$1
	shift
	if "$@" >"$lint_tmp/out" 2>&1; then
		echo "ok $lint_count - $name"
	else
		echo "not ok $lint_count - $name"
		sed 's/^/# /' "$lint_tmp/out"
	fi
}

# planted NAME COMMAND...: a point that is good if the command finds a fault,
# and says something about it.
planted()
{
	lint_count=$((lint_count + 1))
	name="finds $1"
	shift
	if "$@" >"$lint_tmp/out" 2>&1; then
		echo "not ok $lint_count - $name"
		echo "# the planted fault was not found"
	elif [ ! -s "$lint_tmp/out" ]; then
		echo "not ok $lint_count - $name"
		echo "# failed without a word"
	else
		echo "ok $lint_count - $name"
	fi
}

# skip NAME REASON: a point that cannot be looked at here.
skip()
{
	lint_count=$((lint_count + 1))
	echo "ok $lint_count - $1 # SKIP $2"
}

# Whether this build has the agent.
with_agent()
{
	grep -q '^#define ENABLE_AGENT 1' "$top_builddir/config.h"
}

# The last call of a lint.
finish()
{
	echo "1..$lint_count"
}

# plant FILE: a file of the planted tree, from stdin. Prints nothing.
plant()
{
	mkdir -p "$lint_tmp/tree/$(dirname "$1")"
	cat >"$lint_tmp/tree/$1"
}

# A new, empty tree to plant in, whose path is $planted.
planted=$lint_tmp/tree
fresh()
{
	rm -rf "$planted"
	mkdir "$planted"
}

# none: the end of a pipe; good if nothing comes through, else shows it.
none()
{
	! grep .
}

# files TREE: every file of the project, from the tree's top, sorted; nothing
# that is made by the build.
files()
{
	(
		cd "$1" || exit 99
		for room in policy jail src tests man contrib .ci; do
			[ -d "$room" ] || continue
			find "$room" -path contrib/build-aux -prune -o \
			    -name autom4te.cache -prune -o \
			    -name __pycache__ -prune -o -name .deps -prune \
			    -o -type f -print
		done
		for file in bootstrap configure.ac Makefile.am README \
		    HACKING SECURITY NEWS; do
			[ ! -f "$file" ] || echo "$file"
		done
	) | grep -Ev '\.(o|a|gcda|gcno|trs|log|pyc)$|/\.dirstamp$|^jail/filters\.h$' | LC_ALL=C sort
}

# sources TREE: its C files.
sources()
{
	files "$1" | grep '\.[ch]$'
}
