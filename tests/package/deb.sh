#!/bin/sh
# SPDX-License-Identifier: ISC
# The Debian package: built, free of lintian's errors, installed, used and
# purged, after which nothing of it is left. The machine itself is not touched:
# all of it happens on an overlay, in namespaces of the test's own.
# TEST_TIMEOUT=600
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
needs dpkg-buildpackage dh lintian unshare pivot_root systemd-sysusers
is_root || skip_all "only root can install a package"
test_begin

build() {
	"${MAKE:-make}" -C "$top_builddir" deb >"$T/build.log" 2>&1 ||
		{ diag "$(tail -n 20 "$T/build.log")"; return 1; }
	set -- "$top_builddir"/deb/stockade_*.deb
	DEB=$1
	cp "$DEB" "$T/stockade.deb"
}

# On an overlay of the host's root: what a machine with it installed would be.
# The upper layer, on a tmpfs, is gone with the namespace; what of it has to be
# seen is said on standard output.
on_overlay() {
	unshare --mount --pid --fork --propagation private sh -ec '
		mkdir "$1/layer" && mount -t tmpfs layer "$1/layer"
		mkdir "$1/layer/upper" "$1/layer/work" "$1/layer/root"
		mount -t overlay -o "lowerdir=/,upperdir=$1/layer/upper" \
			-o "workdir=$1/layer/work" overlay "$1/layer/root"
		cd "$1/layer/root"
		mount -t proc proc proc
		mount --rbind /dev dev
		mount --rbind /sys sys
		mount -t tmpfs tmp tmp
		cp "$1/stockade.deb" tmp/
		mkdir tmp/old
		pivot_root . tmp/old
		cd / && exec sh -ec "$2"' sh "$T" "$1" 2>&1
}

check "it is built" build
check_fails "lintian finds no error in it" sh -c \
	"lintian --allow-root --fail-on none '$T/stockade.deb' | grep ^E:"
check_output "and the overrides are used, all of them" "" sh -c \
	"lintian --allow-root --fail-on none '$T/stockade.deb' |
		grep -E 'unused|mismatched'"

# shellcheck disable=SC2016 # the inner shell expands it
on_overlay '
	# But for the databases of dpkg and of accounts, with their backups.
	everything() {
		find /etc /usr /var /opt /srv /home -xdev ! -path "/var/lib/dpkg/*" \
			! -path "/var/log/*" ! -path "/var/cache/*" \
			! -path "/etc/*-" ! -path "/etc/.pwd.lock" | sort
	}
	everything >/tmp/before
	dpkg -i --force-depends /tmp/stockade.deb >/tmp/dpkg.log 2>&1 ||
		{ cat /tmp/dpkg.log; exit 1; }
	everything >/tmp/installed
	echo "files: $(diff /tmp/before /tmp/installed | grep -c "^> .*stockade")"
	echo "group: $(getent group stockade | cut -d: -f1)"
	echo "presets: $(stat -c %a /etc/stockade/presets)"
	mkdir -m 755 /tmp/w && chown 4242:4242 /tmp/w && cd /tmp/w
	echo "user: $(setpriv --reuid=4242 --regid=4242 --clear-groups \
		env HOME=/tmp/w stockade run -- sh -c "echo inside; id -u")"
	echo "root: $(stockade run -- echo inside)"
	stockade doctor >/tmp/doctor.txt || [ $? = 1 ]
	echo "doctor: $(grep -c "^sandbox  *present" /tmp/doctor.txt)"
	for page in stockade.1 stockade.policy.5 stockade-jail.8; do
		ls /usr/share/man/man*/$page.gz
	done
	echo "agent: $(stockade agent --version)"
	cd / && rm -r /tmp/w
	dpkg --purge stockade >/dev/null 2>&1
	echo "purged: $?"
	everything >/tmp/after
	echo "left:" $(diff /tmp/before /tmp/after | grep "^>")
	echo "group left: $(getent group stockade)"
' >"$T/used" || diag "$(cat "$T/used")"

said() {
	check_output "$1" "$3" sed -n "s|^$2: *||p" "$T/used"
}

check "installed, its files are there" \
	[ "$(sed -n 's/^files: //p' "$T/used")" -ge 25 ]
said "it has its group" group stockade
said "and a place for presets" presets 755
check_match "an ordinary user runs a command" 'user: inside' cat "$T/used"
said "so does root" root inside
said "doctor finds a sandbox" doctor 1
check_output "the pages are there" 3 grep -c '^/usr/share/man' "$T/used"
check_match "and the agent" 'agent: stockade [0-9.]+' cat "$T/used"
said "it is purged" purged 0
said "and nothing of it is left" left ""
said "nor its group" "group left" ""
test_end
