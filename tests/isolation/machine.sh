#!/bin/sh
# SPDX-License-Identifier: ISC
# Host name, clocks, the scheduler, swap: the machine is not ours.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

machine() {
	ask set-hostname "$BARRED" ns allowed sethostname moved
	ask set-domainname "$BARRED" ns allowed setdomainname moved
	ask clock-settime "$BARRED" user "refused EINVAL" clock-settime
	ask settimeofday "$BARRED" user "refused EINVAL" settimeofday
	ask adjtimex "$BARRED" root "refused EINVAL" adjtimex-bad
	ask reboot "$BARRED" ns "refused EINVAL" reboot
	ask real-time "refused EPERM" root allowed real-time
	ask deadline-policy "refused EPERM" root allowed deadline
	ask io-real-time "refused EPERM" root allowed io-real-time
	ask nice-up "refused (EPERM|EACCES)" root allowed nice-up
	ask oom-score "refused (EACCES|EPERM|EROFS)" admin allowed \
		write-self oom_score_adj -500
	ask map-null "refused (EPERM|EACCES)" root allowed map-null
	ask rlimit-nofile "refused EPERM" user allowed set-limit 7 4097
	ask rlimit-nproc "refused EPERM" user allowed set-limit 6 1100
	ask rlimit-rtprio "refused EPERM" admin allowed raise-limit 14
	ask rlimit-nice "refused EPERM" admin allowed raise-limit 13
	answers
	names
}

# What would tell one machine, or its user, from another.
names() {
	host=$(uname -n)
	judge own-hostname "0" "$(inside uname -n | grep -cx "$host")" \
		1 "$(as_user uname -n | grep -cx "$host")"
	ask_sh machine-id none user? '(none|[0-9a-f]{32})' \
		'cat /etc/machine-id /var/lib/dbus/machine-id 2>/dev/null |
			head -n 1 | grep . || echo none'
	judge hardware-address 0 "$(inside sh -c 'cat /sys/class/net/*/address \
		/proc/net/arp 2>/dev/null' | grep -Ec '(..:){5}')" \
		'[1-9][0-9]*' "$(as_user sh -c 'cat /sys/class/net/*/address' |
			grep -Ec '(..:){5}')"
}

run_ways machine
property_end
