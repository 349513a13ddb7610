#!/bin/sh
# SPDX-License-Identifier: ISC
# Who may include whom: the rooms' arrows, and the system headers that only
# some rooms may see.
# shellcheck source=tests/lint/lib.sh
. "${top_srcdir:?}/tests/lint/lib.sh"

# lines TREE: "file:line:header" for each include, <> or "" kept.
lines()
{
	sources "$1" | while read -r file; do
		awk -v file="$file" '/^[ \t]*#[ \t]*include/ {
			sub(/^[ \t]*#[ \t]*include[ \t]*/, "")
			sub(/[ \t].*/, "")
			print file ":" NR ":" $0
		}' "$1/$file"
	done
}

arrows()
{
	lines "$1" | awk -F : '
	$3 !~ /^"/ || $3 == "\"config.h\"" { next }
	{
		to = substr($3, 2)
		ok = 0
		if ($1 ~ /^tests\//)
			ok = to ~ /\//
		else if ($1 ~ /^policy\//)
			ok = to ~ /^policy\//
		else if ($1 ~ /^jail\/base\//)
			ok = to ~ /^(policy|jail\/base)\//
		else if ($1 ~ /^jail\//)
			ok = to ~ /^(policy|jail)\//
		else if ($1 ~ /^src\/session\//)
			ok = to ~ /^(src\/session|policy|jail\/base)\// ||
			    to ~ /^src\/(agent\/(text|clean)|box\/state|cli\/options)\.h/
		else if ($1 ~ /^src\/otel\//)
			ok = to ~ /^(src\/otel|jail\/base)\// ||
			    to ~ /^src\/(agent\/text|model\/http)\.h/
		else if ($1 ~ /^src\/trial\//)
			ok = to ~ /^(src\/trial|policy|jail\/base)\// ||
			    to ~ /^src\/(agent\/(text|clean)|box\/sibling|cli\/(options|signals))\.h/
		else if ($1 ~ /^src\/term\//)
			ok = to ~ /^(src\/term|jail\/base)\// ||
			    to ~ /^src\/agent\/text\.h/
		else if ($1 ~ /^src\//)
			ok = to ~ /^(src|policy|jail\/wire|jail\/base)\//
		if (to ~ /^\.|\/\.\.\//)
			ok = 0
		if (!ok)
			print $1 ":" $2 ": may not include " $3
	}' | none
}

system_headers()
{
	lines "$1" | awk -F : '
	$3 !~ /^</ { next }
	$3 ~ /^<(curl|json-c)\// && $1 !~ /^(src|tests)\// ||
	$3 ~ /^<sha2\.h>/ && $1 !~ /^(jail\/egress|src|tests)\// ||
	$3 ~ /^<(seccomp\.h|sys\/capability\.h|netlink\/)/ &&
	    $1 !~ /^(jail|tests)\// ||
	$3 ~ /^<linux\/(netlink|rtnetlink|netfilter)/ &&
	    $1 !~ /^(jail|tests)\// {
		print $1 ":" $2 ": may not include " $3
	}' | none
}

clean "include arrows between rooms" arrows "$top_srcdir"
clean "system headers by room" system_headers "$top_srcdir"

fresh
echo '#include "jail/base/err.h"' | plant policy/a.c
planted "policy including jail" arrows "$planted"
fresh
echo '#include "jail/serve/serve.h"' | plant src/cli/a.c
planted "src including the helper's own" arrows "$planted"
fresh
echo '#include "src/agent/events.h"' | plant src/session/a.c
planted "sessions including the agent's run" arrows "$planted"
fresh
echo '#include "src/agent/run.h"' | plant src/otel/a.c
planted "src/otel including the agent" arrows "$planted"
fresh
echo '#include "src/agent/events.h"' | plant src/trial/a.c
planted "src/trial including the agent" arrows "$planted"
fresh
echo '#include "src/agent/run.h"' | plant src/term/a.c
planted "src/term including the agent" arrows "$planted"
fresh
echo '#include "jail/wire/wire.h"' | plant jail/base/a.c
planted "jail/base including the wire" arrows "$planted"
fresh
echo '# include "tests/unit/a.h"' | plant jail/a.c
planted "jail including tests" arrows "$planted"
fresh
echo '#include "../err.h"' | plant jail/a.c
planted "an include relative to the file" arrows "$planted"
fresh
echo '#include <curl/curl.h>' | plant jail/a.c
planted "curl in jail" system_headers "$planted"
fresh
echo '#include <sha2.h>' | plant jail/a.c
planted "hashes in the helper" system_headers "$planted"
fresh
echo '#include <json-c/json.h>' | plant policy/a.h
planted "json-c in policy" system_headers "$planted"
fresh
echo '#include <seccomp.h>' | plant src/a.c
planted "seccomp in src" system_headers "$planted"
fresh
echo '#include <linux/netlink.h>' | plant src/a.c
planted "netlink in src" system_headers "$planted"
finish
