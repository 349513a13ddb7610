# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154
# Properties of the box: each has an id, a line in tests/isolation/PROPERTIES,
# and one point for each way in. The point is good if the request is refused
# inside (or granted, where that is the property) and if the same request,
# where there is no box, gets the answer that shows that it can succeed.
#
# Sourced after harness.sh. property_begin in the place of test_begin; then,
# for each way, ask... and answers, or judge; property_end in the place of
# test_end fails if a property of this file's was not judged on every way.
#
# Where the control is tried:
#   user  an ordinary user
#   ns    root of namespaces that are thrown away, made by that user
#   root  the machine's root, in namespaces that are thrown away; nothing
#         that could do harm: the probe refuses the rest
#   admin the same, where that root may raise limits
# With a `?' behind, what a kernel without the feature answers makes the
# control a skip: the property itself is asked all the same.

PROPERTIES=${top_srcdir:?}/tests/isolation/PROPERTIES

# What a kernel says of what it lacks.
LACKING='refused (ENOENT|ENOSYS|EAFNOSUPPORT|E(PROTO|SOCKT)NOSUPPORT|ENODEV|EOPNOTSUPP|ENXIO)'
# A filter's answer, and a kernel's that looked at the request.
BARRED='refused EPERM'
REACHED='refused (EBADF|EFAULT|EINVAL|ENOSYS|ESRCH|ENOENT|E2BIG|EOPNOTSUPP|ENODEV)'
# A file that is not there, or not for us.
GONE='refused (EROFS|EACCES|EPERM|ENOENT)'
# Masked.
MASKED='refused (EACCES|EPERM|ENOENT|EIO|EISDIR)|empty'

property_begin() {
	[ -n "${T-}" ] || test_begin
	property_file=${0##*/}
	property_known=$T/known
	property_judged=$T/judged
	: >"$property_judged"
	property_catalogue "$property_file" >"$property_known"
	[ -s "$property_known" ] || bail "no property of $property_file"
}

# property_catalogue FILE: "ID<tab>TEXT" of each of its properties.
property_catalogue() {
	awk -F ' [|] ' -v file="$1" '
	/^\[/ { inside = $0 == "[" file "]"; next }
	inside && NF == 3 { print $1 "\t" $3 }' "$PROPERTIES"
}

property_end() {
	cut -f 1 "$property_known" | while read -r id; do
		cut -f 1 "$property_judged" | sort -u | while read -r WAY; do
			grep -qx "$WAY	$id" "$property_judged" ||
				echo "$id is not asked on the way $WAY"
		done
	done >"$T/missed"
	WAY=
	check_output "every property of $property_file is asked" "" \
		cat "$T/missed"
	test_end
}

# property_none WHY: none of this file's can be asked here.
property_none() {
	property_why=$1
	cut -f 1 "$property_known" >"$T/ids"
	while read -r property_id; do
		judge_skip "$property_id" "$property_why"
	done <"$T/ids"
}

# ask ID WANT WHERE CONTROL PROBE-ARGS...: remembers it for answers.
ask() {
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$T/asked"
	ask_id=$1 ask_where=${3%\?}
	shift 4
	printf '%s\n' "$ask_id $*" >>"$T/request.in"
	printf '%s\n' "$ask_id $*" >>"$T/request.$ask_where"
}

# Asks them all in one box, and each control's place once a file.
answers() {
	box -- /workspace/probe batch <"$T/request.in" \
		>"$T/answer.in" 2>&1
	for ask_where in user ns root admin; do
		[ -e "$T/request.$ask_where" ] || continue
		[ -e "$T/answer.$ask_where" ] ||
			answers_outside >"$T/answer.$ask_where" 2>&1
		control_missing "$ask_where" >"$T/missing.$ask_where" || :
	done
	awk -v dir="$T" -v way="$WAY" -v count="$test_count" \
		-v lacking="$LACKING" -f "$top_srcdir/tests/lib/property.awk" \
		"$property_known" "$T/asked"
	test_count=$(cat "$T/count")
	cat "$T/judged.way" >>"$property_judged"
	rm -f "$T/asked" "$T"/request.*
}

answers_outside() {
	control_missing "$ask_where" >/dev/null || return 0
	outside "$ask_where" "$PROBE" batch <"$T/request.$ask_where"
}

# outside WHERE COMMAND...: in the control's place, in $CTL.
outside() (
	cd "$CTL" || exit 99
	outside_where=$1
	shift
	case $outside_where in
	user) as_user "$@" ;;
	ns) as_user unshare -UrmpnuiCf --mount-proc --kill-child "$@" ;;
	root | admin) env -i PATH="$PATH" HOME="$T" TERM=dumb setsid -w \
		unshare -mpnuiCf --mount-proc --kill-child "$@" ;;
	esac
)

# Fails, and says why, if there is no such place here.
control_missing() {
	case $1 in
	ns*)
		[ -n "$ROOTLESS_WHY" ] || return 0
		echo "$ROOTLESS_WHY" ;;
	admin*)
		! grep -q '^CapEff:.*[13579bdf]......$' /proc/self/status ||
			return 0
		echo "only a root with CAP_SYS_RESOURCE can try it outside" ;;
	root*)
		! is_root || return 0
		echo "only root can try it outside" ;;
	*)
		return 0 ;;
	esac
	return 1
}

# like ERE TEXT: each line of it matches, and there is one.
like() {
	[ -n "$2" ] && ! printf '%s\n' "$2" | grep -Evqx -e "$1"
}

# judge ID WANT GOT CONTROL CONTROL-GOT: the one point of a property.
judge() {
	judge_name "$1"
	if ! like "$2" "$3"; then
		not_ok "$judge_text" "inside, want: $2" "
got: $3"
	elif ! like "$4" "$5"; then
		not_ok "$judge_text" "outside, want: $4" "
got: $5"
	else
		ok "$judge_text"
	fi
}

# untried ID WHY: a control that cannot be had on this machine; the summary of
# the suite lists them.
untried() {
	diag "control not tried: $WAY: $1: $2"
}

# judge_alone ID WANT GOT WHY: there is no control here; says so.
judge_alone() {
	judge_name "$1"
	if like "$2" "$3"; then
		ok "$judge_text"
	else
		not_ok "$judge_text" "inside, want: $2" "
got: $3"
	fi
	untried "$1" "$4"
}

# judge_skip ID WHY: this machine cannot be asked.
judge_skip() {
	judge_name "$1"
	skip_kernel "$judge_text" "$2"
}

judge_name() {
	printf '%s\t%s\n' "$WAY" "$1" >>"$property_judged"
	judge_text=$(awk -F '\t' -v id="$1" \
		'$1 == id { print id ": " $2 }' "$property_known")
	if [ -z "$judge_text" ]; then
		judge_text=$1
		not_ok "$1 is in tests/isolation/PROPERTIES"
	fi
}

# ask_sh ID WANT WHERE CONTROL TEXT: a shell's text, here and there.
ask_sh() {
	if ! ask_why=$(control_missing "$3"); then
		judge_alone "$1" "$2" "$(inside sh -c "$5" 2>&1)" "$ask_why"
		return
	fi
	judge "$1" "$2" "$(inside sh -c "$5" 2>&1)" \
		"$4" "$(outside "${3%\?}" sh -c "$5" 2>&1)"
}
