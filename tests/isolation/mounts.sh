#!/bin/sh
# SPDX-License-Identifier: ISC
# No mount is made, moved, changed or undone inside.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

mounts() {
	prop "no tmpfs is mounted" "$REFUSED" ns allowed mount-tmpfs /tmp
	prop "no proc is mounted" "$REFUSED" ns allowed mount-proc /tmp
	prop "nothing is bound" "$REFUSED" ns allowed mount-bind /usr /tmp
	prop "/ is not remounted" "$REFUSED" ns \
		"(allowed|refused EINVAL)" mount-remount /
	prop "/tmp is not unmounted" "$REFUSED" ns "refused EINVAL" \
		umount /tmp
	prop "/proc is not unmounted" "$REFUSED" ns "allowed" umount /proc
	prop "no pivot_root" "$REFUSED" ns "refused (EINVAL|EBUSY)" \
		pivot-root
	prop "no chroot" "$REFUSED" ns allowed chroot /tmp
	prop "no open_tree clone" "$REFUSED" ns allowed open-tree /
	prop "no move_mount" "$REFUSED" ns "refused EBADF" move-mount
	prop "no fsopen" "$REFUSED" ns allowed fsopen
	prop "no fspick" "$REFUSED" ns "refused EINVAL" fspick /tmp
	prop "no mount_setattr" "$REFUSED" ns "refused EINVAL" \
		mount-setattr /tmp
}

run_ways mounts
test_end
