#!/bin/sh
# SPDX-License-Identifier: ISC
# Processes, sockets and System V objects of others are out of reach.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

on_exit stop_others

MARK=stockade-other-$$

stop_others() {
	# The shells that started them do not hand a signal on.
	for pid in ${victim-} $(marked "$MARK") ${others-} ${host_others-}; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	others=
	[ -z "${segment-}" ] || as_user ipcrm -m "$segment"
	[ -z "${queue-}" ] || as_user ipcrm -q "$queue"
	rm -f "/dev/shm/$MARK"
	[ -z "${mqueue-}" ] || as_user "$PROBE" mq-remove "/$MARK" >/dev/null
}

# What the ordinary user, who is the box's, too, has running on the host.
host_objects() {
	WAY=
	user_dir sock
	: >"$T/abstract" && : >"$T/unix"
	as_user sleep 600 >/dev/null 2>&1 &
	host_others=$!
	sleep 0.2
	victim=$(as_user pgrep -u "$(as_user id -u)" -n -x sleep)
	as_user "$PROBE" listen-abstract "$MARK-host" >"$T/abstract" &
	host_others="$host_others $!"
	as_user "$PROBE" listen-unix "$T/sock/s" >"$T/unix" &
	host_others="$host_others $!"
	segment=$(as_user ipcmk -M 4096 -p 0666 | sed 's/.*: //')
	queue=$(as_user ipcmk -Q -p 0666 | sed 's/.*: //')
	mqueue=$(as_user "$PROBE" mq-make "/$MARK")
	as_user sh -c ": >/dev/shm/$MARK"
	within 10 test -s "$T/abstract"
	within 10 test -s "$T/unix"
}

OUT='refused (ESRCH|EPERM|ENOSYS)'

others_hidden() {
	ask host-kill "refused ESRCH" user allowed kill "$victim" 0
	ask host-pidfd "$OUT" user allowed pidfd-signal "$victim" 0
	ask host-sigqueue "$OUT" user allowed sigqueue "$victim" 0
	ask host-tgkill "$OUT" user allowed tgkill "$victim" 0
	ask host-ptrace "$OUT" user allowed ptrace "$victim"
	ask host-vm-read "$OUT" user "refused EFAULT" vm-read "$victim"
	ask host-prlimit "$OUT" user allowed prlimit "$victim"
	ask host-renice "$OUT" user allowed renice "$victim"
	ask host-affinity "$OUT" user allowed affinity "$victim"
	ask host-proc "refused ENOENT" user allowed exists "/proc/$victim"
	ask host-abstract 'refused (ECONNREFUSED|EPERM)' user allowed \
		connect-abstract "$MARK-host"
	ask host-socket 'refused ENOENT' user allowed \
		connect-unix "$T/sock/s"
	ask host-shm "refused EINVAL" user allowed shm-attach "$segment"
	ask host-msg "refused (EINVAL|EIDRM)" user allowed msg-stat "$queue"
	ask host-mqueue "refused ENOENT" user allowed mq-open "/$MARK"
	ask host-posix-shm "refused ENOENT" user allowed \
		exists "/dev/shm/$MARK"
	answers
	judge host-process-list 0 "$(inside sh -c \
		'cat /proc/[0-9]*/cmdline | tr "\0" "\n"' | grep -c "$MARK")" \
		'[1-9][0-9]*' "$(as_user sh -c \
		'cat /proc/[0-9]*/cmdline | tr "\0" "\n"' | grep -c "$MARK")"
	other_box
}

# A second box of the same user's beside it.
other_box() {
	new_dir "work2-$WAY"
	cp "$PROBE" "$T/work2-$WAY/probe"
	: >"$T/box.out"
	as "$STOCKADE" run -C "$T/work2-$WAY" -- /workspace/probe \
		listen-abstract "$MARK-box" >"$T/box.out" &
	others=$!
	within 10 test -s "$T/box.out"
	judge box-abstract 'refused (ECONNREFUSED|EPERM)' \
		"$(inside /workspace/probe connect-abstract "$MARK-box")" \
		allowed "$(as_user "$PROBE" connect-abstract "$MARK-host")"
	check_match "a box sees a handful of processes" "[1-6]" \
		inside sh -c 'ls -d /proc/[0-9]* | wc -l'
	judge box-processes 0 "$(inside sh -c \
		'cat /proc/[0-9]*/cmdline | tr "\0" "\n"' | grep -c "$MARK-box")" \
		'[1-9][0-9]*' "$(cat /proc/[0-9]*/cmdline 2>/dev/null |
			tr '\0' '\n' | grep -c "$MARK-box")"
	kill "$others"
	wait "$others" 2>/dev/null
	others=
}

host_objects
run_ways others_hidden
property_end
