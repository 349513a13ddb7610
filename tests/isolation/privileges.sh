#!/bin/sh
# SPDX-License-Identifier: ISC
# No privilege is held, and none can be gained.
# shellcheck disable=SC2086 # lists of words, on purpose
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

NONE=0000000000000000
SOME='[0-9a-f]*[1-9a-f][0-9a-f]*'

privileges() {
	for dir in "$W" "$CTL"; do
		: >"$dir/given"
		! is_root || chown --reference="$dir" "$dir/given"
	done
	ask caps-permitted "$NONE" ns "$SOME" status CapPrm
	ask caps-effective "$NONE" ns "$SOME" status CapEff
	ask caps-bounding "$NONE" ns "$SOME" status CapBnd
	ask no-new-privs 1 user 0 status NoNewPrivs
	ask filter-on 2 user 0 status Seccomp
	ask raise-caps "refused EPERM" ns allowed raise-caps
	ask inherit-caps "refused EPERM" ns allowed inherit-caps
	ask ambient-caps "refused EPERM" ns allowed ambient
	ask bounding-set "not in the set" ns "bounded by nothing" bounding
	ask securebits "refused (EPERM|EINVAL)" ns allowed securebits
	ask keep-caps "refused EPERM" user allowed keep-caps
	ask suspend-filter "refused (EPERM|EACCES)" root? \
		"(allowed|refused EINVAL)" suspend-filter
	ask become-root "$(root_or_refused)" ns allowed become 0
	ask become-other "refused (EPERM|EINVAL)" root allowed become 12345
	ask set-groups "refused (EPERM|EINVAL)" root allowed setgroups 12345
	ask file-caps "refused EPERM" ns allowed file-caps ./given
	ask chown-away "refused (EPERM|EINVAL)" root allowed \
		chown ./given 12345 12345
	ask filter-self allowed user allowed filter-self
	ask landlock-self allowed user? allowed landlock-self
	answers
	maps
	mounts_nosuid
	inherited_caps
	groups
	planted_files
}

# To become whom one already is is no gain.
root_or_refused() {
	if [ "$(inside id -u)" = 0 ]; then
		echo allowed
	else
		echo 'refused (EPERM|EINVAL)'
	fi
}

# The ids of the box are mapped once, and for good.
maps() {
	judge uid-map refused "$(inside sh -c "$(writing uid_map '0 0 1')")" \
		allowed "$(as_user unshare -Ur echo allowed)"
	judge setgroups-file refused \
		"$(inside sh -c "$(writing setgroups allow)")" \
		allowed "$(as_user unshare -U --setgroups deny echo allowed)"
}

writing() {
	echo "(echo $2 >/proc/self/$1) 2>/dev/null && echo allowed ||
		echo refused"
}

mounts_nosuid() {
	ask_sh nosuid 0 user '[1-9][0-9]*' \
		'awk "\$4 !~ /nosuid/" /proc/mounts | wc -l'
	# But the null device, which is also what files of /proc are masked by.
	ask_sh nodev 0 user '[1-9][0-9]*' \
		'awk "\$6 !~ /nodev/ && \$5 !~ \"^/dev/\" && \$4 != \"/null\"" \
		/proc/self/mountinfo | wc -l'
}

# From a caller who gives what it has to whatever it starts.
inherited_caps() {
	if ! is_root; then
		judge_skip caps-inherited "only root has some to give"
		return
	fi
	give="setpriv --inh-caps=+chown,+kill"
	sets="grep -E ^Cap(Inh|Amb) /proc/self/status"
	judge caps-inherited "Cap(Inh|Amb):	$NONE" \
		"$(with_caps "$STOCKADE" run -C "$W" -- $sets)" \
		"Cap(Inh:	$SOME|Amb:	.*)" "$($give $sets)"
}

with_caps() {
	case $WAY in
	root) $give env -i PATH="$PATH" "$@" ;;
	sudo) $give env -i PATH="$PATH" SUDO_UID=$TEST_UID \
		SUDO_GID=$TEST_GID "$@" ;;
	*) setpriv --reuid=$TEST_UID --regid=$TEST_GID --clear-groups \
		--inh-caps=+chown,+kill env -i PATH="$PATH" "$@" ;;
	esac
}

# The kernel keeps the groups of a caller without privilege; they are not
# named, and where they can be dropped there are none.
groups() {
	if ! is_root; then
		judge_skip groups "only root can have more"
		return
	fi
	judge groups 'groups: [0-9]+' \
		"groups: $(with_group "$STOCKADE" run -C "$W" -- id -G)" \
		'groups: [0-9]+ 4243' "groups: $(with_group id -G)"
}

# A rootless box keeps it, but as nobody's, which id -G tells as 65534.
with_group() {
	case $WAY in
	root) setpriv --groups=4243 env -i PATH="$PATH" "$@" ;;
	sudo) setpriv --groups=4243 env -i PATH="$PATH" \
		SUDO_UID=$TEST_UID SUDO_GID=$TEST_GID "$@" ;;
	*) setpriv --reuid=$TEST_UID --regid=$TEST_GID --groups=4243 \
		env -i PATH="$PATH" "$@" | sed 's/ 65534$//' ;;
	esac
}

# What root left in the workspace is run as any file.
planted_files() {
	if ! is_root; then
		judge_skip setuid-file "only root can plant one"
		judge_skip capability-file "only root can plant one"
		return
	fi
	for dir in "$W" "$CTL"; do
		cp "$PROBE" "$dir/suid"
		chmod 6755 "$dir/suid"
		cp "$PROBE" "$dir/capped"
		"$PROBE" file-caps "$dir/capped" >/dev/null
	done
	judge setuid-file "uid same gid same .*" \
		"$(inside /workspace/suid ids)" "uid differ gid differ .*" \
		"$(as_user "$CTL/suid" ids)"
	judge capability-file "$NONE" \
		"$(inside /workspace/capped status CapPrm)" "$SOME" \
		"$(as_user "$CTL/capped" status CapPrm)"
	rm -f "$W/suid" "$CTL/suid" "$W/capped" "$CTL/capped"
}

run_ways privileges
property_end
