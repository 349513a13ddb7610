# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# Where a kernel of Debian's is had from: downloaded once, unpacked, kept.
# Nothing is installed. Sets KERNEL (its directory), IMAGE and VERSION.

kernel_cache() {
	echo "${VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/stockade-vm}"
}

# The package that the series' metapackage stands for.
kernel_package() {
	case $1 in
	6.1) meta=linux-image-amd64 ;;
	*) meta=linux-image-$1-amd64 ;;
	esac
	apt-cache depends "$meta" 2>/dev/null |
		sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1
}

kernel_fetch() {
	at=$(mktemp -d "$1.XXXXXX") || return 1
	(
		cd "$at" && apt-get -q download "$2" >download.log 2>&1 &&
			dpkg-deb -x ./*.deb tree &&
			depmod -b tree "$(ls tree/lib/modules)"
	) || { tail -n 3 "$at/download.log" >&2; rm -rf "$at"; return 1; }
	# Whoever was faster has made the same.
	mv -T "$at/tree" "$1" 2>/dev/null || :
	rm -rf "$at"
}

kernel_find() {
	if [ -d "$1" ]; then
		KERNEL=$1
	else
		package=$(kernel_package "$1")
		[ -n "$package" ] || impossible "no kernel $1 in apt's lists"
		KERNEL=$(kernel_cache)/$package
		mkdir -p "$(kernel_cache)"
		[ -d "$KERNEL" ] || kernel_fetch "$KERNEL" "$package" ||
			impossible "$package cannot be downloaded"
	fi
	set -- "$KERNEL"/boot/vmlinuz-*
	IMAGE=$1
	VERSION=${1##*/vmlinuz-}
	if [ ! -f "$IMAGE" ] || [ ! -d "$KERNEL/lib/modules/$VERSION" ]; then
		impossible "$KERNEL holds no kernel with its modules"
	fi
}
