#!/bin/sh
# SPDX-License-Identifier: ISC
# No mount is made, moved, changed or undone inside, and none is shared.
# shellcheck disable=SC2046,SC2086 # lists of words, on purpose
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

mounts() {
	ask mount-tmpfs "$BARRED" ns allowed mount tmpfs /tmp
	ask mount-proc "$BARRED" ns allowed mount proc /tmp
	ask mount-sysfs "$BARRED" ns allowed mount sysfs /tmp
	ask mount-cgroup "$BARRED" ns "(allowed|refused EBUSY)" \
		mount cgroup2 /tmp
	ask mount-devpts "$BARRED" ns allowed mount devpts /tmp
	ask mount-mqueue "$BARRED" ns allowed mount mqueue /tmp
	ask mount-overlay "$BARRED" ns "$REACHED" mount overlay /tmp
	ask mount-fuse "$BARRED" ns "$REACHED" mount fuse /tmp
	ask mount-bpf "$BARRED" ns "(allowed|refused (ENODEV|EPERM))" mount bpf /tmp
	ask mount-bind "$BARRED" ns allowed mount-bind /usr /tmp
	ask mount-remount "$BARRED" ns "(allowed|refused EINVAL)" \
		mount-remount /
	ask mount-shared "$BARRED" ns allowed mount-shared /
	ask umount-proc "$BARRED" ns allowed umount /proc
	ask umount-mask "$BARRED" ns "refused EINVAL" umount /proc/keys
	ask pivot-root "$BARRED" ns "refused (EINVAL|EBUSY)" pivot-root
	ask chroot "$BARRED" ns allowed chroot /tmp
	ask chroot-twice "$BARRED" ns allowed chroot-twice
	ask open-tree "$BARRED" ns allowed open-tree /
	ask move-mount "$BARRED" ns "refused EBADF" move-mount
	ask fsopen "$BARRED" ns allowed fsopen
	ask fsconfig "$BARRED" ns "$REACHED" call fsconfig
	ask fsmount "$BARRED" ns "$REACHED" call fsmount
	ask fspick "$BARRED" ns allowed fspick /proc
	ask mount-setattr "$BARRED" ns allowed mount-setattr /proc
	ask climb "the same" user "the same" climb
	answers
	mount_table
	! is_root || later_mounts
}

# No peer group with the host's mounts, and no path of the host but those
# that were asked for.
mount_table() {
	ask_sh no-peers 0 ns '[1-9][0-9]*' \
		'mount --make-rshared / 2>/dev/null
		grep -Ec "(shared|master|propagate_from):" /proc/self/mountinfo'
	judge mountinfo 0 "$(inside awk '$5 !~ "^/workspace"' \
			/proc/self/mountinfo | grep -c "$T")" \
		'[1-9][0-9]*' "$(outside ns sh -c "mount --bind '$CTL' /mnt
			grep -c '$T' /proc/self/mountinfo")"
}

# What is mounted on the host's side afterwards does not come in, though all
# its mounts are shared: in a mount namespace of the test's own.
later_mounts() {
	mkdir "$W/later"
	cat >"$T/later" <<-'END'
		mount --make-rshared /
		mkfifo "$1/go" && chmod 666 "$1/go"
		shift
		"$@" &
		sleep 0.7
		mount -t tmpfs none "$LATER"
		: >"$LATER/seen"
		[ -e "$LATER/seen" ] && echo "outside: seen"
		echo >"${LATER%/later}/go"
		wait
	END
	got=$(LATER=$W/later unshare -m sh "$T/later" "$W" \
		$(way_in) "$STOCKADE" run -C "$W" -- \
		sh -c 'read x <go; ls later' 2>&1)
	judge later-mounts 0 "$(echo "$got" | grep -cx seen)" \
		1 "$(echo "$got" | grep -cx 'outside: seen')"
	rm -rf "$W/later" "$W/go"
}

# What as does, for a shell of another's.
way_in() {
	case $WAY in
	root) echo env ;;
	sudo) echo "env SUDO_UID=$TEST_UID SUDO_GID=$TEST_GID" ;;
	*) echo "setpriv --reuid=$TEST_UID --regid=$TEST_GID --clear-groups" ;;
	esac
}

run_ways mounts
property_end
