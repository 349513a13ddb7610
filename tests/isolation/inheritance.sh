#!/bin/sh
# SPDX-License-Identifier: ISC
# The environment is made from nothing; descriptors are 0, 1 and 2.
# shellcheck disable=SC2086 # lists of words, on purpose
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

NAMES='COLORTERM|COLUMNS|HOME|HOSTNAME|LANG|LANGUAGE|LC_[A-Z]*|LINES|
LOGNAME|PATH|PWD|SHELL|SHLVL|TERM|TMPDIR|TZ|USER|_|OLDPWD|STOCKADE'

inheritance() {
	names=$(echo "$NAMES" | tr -d '\n')
	BOX_ENV="ANTHROPIC_API_KEY=sesame"
	judge env-secret 0 "$(inside sh -c 'env; tr "\0" "\n" \
		</proc/$$/environ' | grep -c sesame)" \
		[12] "$(as_user sh -c 'env; tr "\0" "\n" \
		</proc/$$/environ' | grep -c sesame)"
	judge env-others 0 "$(inside sh -c 'cat /proc/*/environ 2>/dev/null' |
		grep -c sesame)" 1 "$(as_user sh -c 'cat /proc/$$/environ' |
		tr '\0' '\n' | grep -c sesame)"
	for_one env-ld-library LD_LIBRARY_PATH=/workspace/evil
	for_one env-ld-preload LD_PRELOAD=/workspace/evil.so
	for_one env-tunables GLIBC_TUNABLES=glibc.malloc.check=0
	for_one env-path-locale LOCPATH=/workspace/evil
	for_one env-ssh-agent SSH_AUTH_SOCK=/tmp/agent
	for_one env-display DISPLAY=:0
	for_one env-bus DBUS_SESSION_BUS_ADDRESS=unix:path=/run/bus
	for_one env-shell ENV=/workspace/evil
	for_one env-python PYTHONPATH=/workspace/evil
	BOX_ENV=
	check_output "no other names are set" "" inside sh -c \
		"env | sed 's/=.*//' | grep -Evx '$names'"
	check_match "PATH is the system's" "PATH=.*/usr/bin.*" inside env
	check_output "HOME is writable" yes inside sh -c \
		'test -w "$HOME" && echo yes'
	check_output "--env gives a name" "hello world" \
		box --env "GREETING=hello world" -- \
		sh -c 'echo "$GREETING"'
	descriptors
	priorities
}

# A name that programs obey, of the caller's.
for_one() {
	BOX_ENV=$2
	judge "$1" 0 "$(inside env 2>/dev/null | grep -c "^${2%%=*}=")" \
		1 "$(as_user env 2>/dev/null | grep -c "^${2%%=*}=")"
	BOX_ENV=
}

# From a caller who may be first on the processors.
priorities() {
	none="grep -Ec ^Max.(realtime|nice).priority.+0.+0 /proc/self/limits"
	if why=$(control_missing admin); then
		judge priorities 2 "$(with_priorities inside $none)" \
			0 "$(with_priorities $none)"
	else
		judge_alone priorities 2 "$(inside $none)" "$why"
	fi
}

with_priorities() (
	prlimit --nice=20 --rtprio=20 --pid "$(sh -c 'echo $PPID')"
	"$@"
)

# A file, a folder of the host's and one to write to, open in the caller.
descriptors() {
	echo secret >"$T/secret"
	judge descriptors "0 1 2" \
		"$(with_open_ones inside /workspace/probe descriptors |
			sort -n | tr '\n' ' ' | sed 's/ $//')" \
		"0 1 2 3 7 9.*" "$(with_open_ones "$PROBE" descriptors |
			sort -n | tr '\n' ' ' | sed 's/ $//')"
	# By its number, from pid 1 down, and as the program to start.
	way='cat /proc/self/fd/7/etc/passwd >/dev/null 2>&1 && echo open ||
		echo closed'
	judge leaked-root closed "$(with_open_ones inside sh -c "$way")" \
		open "$(with_open_ones sh -c "$way")"
	judge leaked-cwd closed \
		"$(with_open_ones inside /proc/self/fd/7/bin/echo open \
			2>/dev/null || echo closed)" \
		open "$(with_open_ones /proc/self/fd/7/bin/echo open)"
	up='cat ../../../../../../../../proc/self/root/'$T'/secret 2>&1'
	judge cwd-climb 0 "$(cd "$T" && inside sh -c "$up" | grep -c secret\$)" \
		1 "$(cd "$T" && sh -c "$up" | grep -c secret\$)"
}

with_open_ones() {
	"$@" 3<"$T/secret" 7</ 9>>"$T/secret.out"
}

run_ways inheritance
property_end
