#!/bin/sh
# SPDX-License-Identifier: ISC
# Host name, clocks, reboot, modules, swap: the machine is not ours.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

machine() {
	prop "the host name stays" "$REFUSED" ns allowed sethostname moved
	prop "the domain name stays" "$REFUSED" ns allowed setdomainname moved
	prop "clock_settime" "$REFUSED" user "refused EINVAL" clock-settime
	prop "settimeofday" "$REFUSED" user "refused EINVAL" settimeofday
	prop "adjtimex" "$REFUSED" user "refused EPERM" adjtimex
	prop "reboot" "$REFUSED" ns "refused EINVAL" reboot
	prop "no scheduling by real time" "refused (EPERM|ENOSYS)" \
		none "" real-time
	prop "no better priority" "refused (EPERM|EACCES)" none "" nice-up
	check_no_match "the host's name is not inside" \
		"^$(uname -n)\$" inside uname -n
}

run_ways machine
test_end
