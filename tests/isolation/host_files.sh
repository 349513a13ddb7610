#!/bin/sh
# SPDX-License-Identifier: ISC
# Files of the host that nobody mounted are not there.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

ABSENT='refused (ENOENT|EACCES)'

host_files() {
	echo secret >"$T/secret"
	chmod 644 "$T/secret"
	ask host-tmp "refused ENOENT" user allowed read "$T/secret"
	ask host-program "refused ENOENT" user allowed read "$STOCKADE"
	ask host-home "refused ENOENT" user allowed list "$T/home"
	ask host-shadow "$ABSENT" root? allowed exists /etc/shadow
	ask host-sudoers "$ABSENT" root? allowed exists /etc/sudoers
	ask host-ssh-keys "$ABSENT" root? allowed exists /etc/ssh
	ask host-private-keys "$ABSENT" root? allowed exists /etc/ssl/private
	ask host-fstab "$ABSENT" user? allowed exists /etc/fstab
	ask host-cron "$ABSENT" user? allowed exists /etc/cron.d
	ask host-boot "$ABSENT" user? allowed exists /boot
	ask host-log "$ABSENT" user? allowed exists /var/log
	ask host-lib "$ABSENT" user? allowed exists /var/lib
	ask host-run "$ABSENT" user? allowed exists /run/lock
	ask host-docker "$ABSENT" user? allowed exists /run/docker.sock
	ask host-systemd "$ABSENT" user? allowed exists /run/systemd
	ask host-bus "$ABSENT" user? allowed exists /run/dbus
	answers
	judge host-passwd 0 \
		"$(inside sh -c 'grep -v -e ^root: -e ^nobody: -e ^user: \
			-e "^[^:]*:[^:]*:$(id -u):" /etc/passwd' | wc -l)" \
		'[1-9][0-9]*' "$(as_user cat /etc/passwd |
			grep -vc -e ^root: -e ^nobody:)"
	judge host-top 0 "$(inside ls -A / | grep -Evcx "$TOP")" \
		'[1-9][0-9]*' "$(as_user ls -A / | grep -Evcx "$TOP")"
	check "the own uid has a name" inside id -un
	check "/etc/hosts names localhost" \
		inside grep -q '^127.0.0.1.*localhost' /etc/hosts
}

TOP='bin|dev|etc|home|lib|lib32|lib64|libx32|proc|root|run|sbin|tmp|usr|var|workspace'

run_ways host_files
property_end
