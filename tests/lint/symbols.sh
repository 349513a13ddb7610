#!/bin/sh
# SPDX-License-Identifier: ISC
# What compiled code asks of libc: what runs after clone only what is listed,
# and the trusted base nothing that reads the environment, loads code, starts
# programs or threads.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"
need nm

denied='(secure_)?getenv|environ|getpw.*|getgr(ent|gid|nam|ouplist).*|initgroups|getaddrinfo'
denied="$denied"'|gethostby.*|dlopen|dlsym|system|popen|pthread_.*|setlocale'
denied="$denied"'|strtok|rand|gets'
# policy decides: it has no heap, no file, no clock.
denied_policy="$denied"'|malloc|calloc|realloc(array)?|free|strdup|asprintf'
denied_policy="$denied_policy"'|fopen|open(at)?(64)?|read|write|v?f?printf'
denied_policy="$denied_policy"'|time|clock_gettime|gettimeofday|exit|abort'

# The one file outside the helper that asks the host's resolver.
resolver='jail/egress/[^/]*lookup\.o$'
denied_resolver=$(echo "$denied" | sed 's/|getaddrinfo//')

# undefined OBJECT...: "object symbol", one a line.
undefined()
{
	nm -A -u "$@" 2>/dev/null | sed -n -E \
	    's/^([^:]*\/)?([^:]*):.* U ([^@]*).*/\2 \3/p'
}

defined()
{
	nm --defined-only -g "$@" 2>/dev/null |
	    sed -n -E 's/^[0-9a-f]+ [A-Z] (.*)/\1/p'
}

# object SOURCE: what it was compiled to; two if two programs use it.
object()
{
	dir=$top_builddir/$(dirname "$1")
	stem=$(basename "$1" .c)
	for o in "$dir/$stem.o" "$dir"/*-"$stem.o"; do
		[ ! -f "$o" ] || echo "$o"
	done
}

# deny PATTERN OBJECT...
deny()
{
	pattern=$1
	shift
	undefined "$@" | grep -E " _*($pattern)(_chk)?\$" | none
}

# only ALLOWED OBJECT...: what these objects do not define themselves must be
# on the list.
only()
{
	allowed=$1
	shift
	{
		defined "$@"
		sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$allowed"
	} >"$lint_tmp/may"
	undefined "$@" | awk -v may="$lint_tmp/may" '
	BEGIN {
		while ((getline line < may) > 0)
			ok[line] = 1
	}
	!($2 in ok) {
		print $1 ": " $2 " may not be called after clone"
	}' | sort -u | none
}

objects_of()
{
	find "$top_builddir/$1" -name '*.o' 2>/dev/null | LC_ALL=C sort
}

after_clone()
{
	{
		(cd "$top_srcdir" && find jail/inside -name '*.c') 2>/dev/null
		sed -e 's/#.*//' -e '/^[[:space:]]*$/d' \
		    "$top_srcdir/tests/lint/after-clone.objects"
	} | LC_ALL=C sort -u | while read -r source; do
		object "$source"
	done
}

# A source that is listed and gone would be a check less.
listed()
{
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1" | while read -r source; do
		[ -n "$(object "$source")" ] ||
			echo "$source: listed, but it has no object"
	done | none
}

after=$(after_clone)
symbols=$top_srcdir/tests/lint/after-clone.symbols
# shellcheck disable=SC2086,SC2046 # lists of files
{
	if nm $after 2>/dev/null | grep -Eq '__(asan|ubsan|gcov|sanitizer)'; then
		skip "after clone: listed symbols only" \
		    "sanitizers or coverage add their own"
	elif [ -z "$after" ]; then
		skip "after clone: listed symbols only" "jail/inside is empty"
	else
		clean "after clone: listed symbols only" only "$symbols" $after
	fi
	clean "after clone: sources that are there" listed \
	    "$top_srcdir/tests/lint/after-clone.objects"
	clean "jail: nothing forbidden" \
	    deny "$denied" $(objects_of jail | grep -v "$resolver")
	clean "the resolver's process: nothing forbidden but to resolve" \
	    deny "$denied_resolver" $(objects_of jail | grep "$resolver")
	clean "policy: no heap, file or clock" \
	    deny "$denied_policy" $(objects_of policy)
}

echo 'jail/planted.c' >"$lint_tmp/objects"
planted "a listed source that is gone" listed "$lint_tmp/objects"
# compiled: an object from stdin.
compiled()
{
	${CC:-cc} -O0 -w -c -x c -o "$lint_tmp/p.o" -
}

echo 'void *malloc(unsigned long); void *a(void) { return malloc(1); }' |
    compiled
planted "malloc after clone" only "$symbols" "$lint_tmp/p.o"
planted "malloc in policy" deny "$denied_policy" "$lint_tmp/p.o"
echo 'char *getenv(const char *); char *a(void) { return getenv("A"); }' |
    compiled
planted "getenv in jail" deny "$denied" "$lint_tmp/p.o"
echo 'int getaddrinfo(); int a(void) { return getaddrinfo(); }' | compiled
planted "a resolver in jail" deny "$denied" "$lint_tmp/p.o"
clean "a resolver where it may be" deny "$denied_resolver" "$lint_tmp/p.o"
echo 'int pthread_create(); int a(void) { return pthread_create(); }' | compiled
planted "a thread in jail" deny "$denied" "$lint_tmp/p.o"
finish
