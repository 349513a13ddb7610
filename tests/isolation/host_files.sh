#!/bin/sh
# SPDX-License-Identifier: ISC
# Files of the host that nobody mounted are not there.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

host_files() {
	for path in /root /home /var/log /var/lib /srv /mnt /media /opt \
		/boot /run/systemd /run/user /run/docker.sock /etc/shadow \
		/etc/ssl/private /etc/sudoers /etc/ssh /etc/cron.d /etc/fstab \
		/etc/machine-id /usr/src
	do
		[ -e "$path" ] || [ "$path" = /etc/shadow ] || continue
		case $path in
		/home)
			check_output "$path holds the box's own user only" "" \
				inside sh -c 'ls -A /home |
				grep -vx "$(basename "$HOME")"' ;;
		/root | /mnt | /media | /opt | /srv | /var/* | \
		/usr/src)
			# May be there, but empty.
			[ "$path" = /usr/src ] ||
			check "$path is absent or empty" inside sh -c \
				"test -z \"\$(ls -A $path 2>/dev/null)\"" ;;
		*)
			prop "$path" "refused (ENOENT|EACCES)" none "" \
				exists "$path" ;;
		esac
	done
	check_output "the root holds what it must and no more" "" \
		inside sh -c 'ls -A / | grep -Evx "bin|dev|etc|home|lib|lib32|\
lib64|libx32|proc|root|run|sbin|tmp|usr|var|workspace"'
	the_test_itself
}

# The host's /tmp is not the box's.
the_test_itself() {
	echo secret >"$T/secret"
	chmod 644 "$T/secret"
	prop "a file in the host's /tmp" "refused ENOENT" user allowed \
		read "$T/secret"
	prop "the program of the sandbox itself" "refused ENOENT" \
		user allowed read "$STOCKADE"
	check_output "passwd names nobody of the host" "" \
		inside sh -c 'grep -v -e ^root: -e ^nobody: -e ^user: \
			-e ^stockade: -e ^agent: -e ^sandbox: \
			-e "^[^:]*:[^:]*:$(id -u):" /etc/passwd'
	check "the own uid has a name" inside id -un
	check "/etc/hosts names localhost" \
		inside grep -q '^127.0.0.1.*localhost' /etc/hosts
}

run_ways host_files
test_end
