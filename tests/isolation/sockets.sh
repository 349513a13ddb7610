#!/bin/sh
# SPDX-License-Identifier: ISC
# Sockets: the families and types of ordinary programs, no others.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/lib/property.sh
. "${top_srcdir:?}/tests/lib/property.sh"

property_begin

# What a kernel answers that was asked: it has the family, or not.
HEARD='(allowed|refused (E(AF|PROTO|SOCKT)NOSUPPORT|EINVAL))'

sockets() {
	ask packet "$BARRED" ns allowed socket 17 3 0
	ask packet-high-bits "$BARRED" ns allowed socket-high 17 3 0
	ask raw-inet "$BARRED" ns allowed socket 2 3 1
	ask raw-inet6 "$BARRED" ns allowed socket 10 3 58
	ask ping-socket "$BARRED" user "(allowed|refused EACCES)" socket 2 2 1
	ask vsock "$BARRED" user "$HEARD" socket 40 1 0
	ask alg "$BARRED" user "$HEARD" socket 38 5 0
	ask rds "$BARRED" user "$HEARD" socket 21 5 0
	ask tipc "$BARRED" user "$HEARD" socket 30 5 0
	ask can "$BARRED" user "$HEARD" socket 29 3 1
	ask bluetooth "$BARRED" user "$HEARD" socket 31 3 1
	ask xdp "$BARRED" ns "$HEARD" socket 44 3 0
	ask key "$BARRED" ns "$HEARD" socket 15 3 2
	ask dccp "$BARRED" user "$HEARD" socket 2 6 33
	ask sctp "$BARRED" user "$HEARD" socket 2 1 132
	ask udplite "$BARRED" user "$HEARD" socket 2 2 136
	ask ax25 "$BARRED" user "$HEARD" socket 3 5 0
	ask appletalk "$BARRED" user "$HEARD" socket 5 2 0
	ask x25 "$BARRED" user "$HEARD" socket 9 5 0
	ask llc "$BARRED" ns "$HEARD" socket 26 2 0
	ask phonet "$BARRED" ns "$HEARD" socket 35 2 0
	ask caif "$BARRED" ns "$HEARD" socket 37 5 0
	ask nfc "$BARRED" user "$HEARD" socket 39 5 0
	ask kcm "$BARRED" user "$HEARD" socket 41 5 0
	ask smc "$BARRED" user "$HEARD" socket 43 1 0
	ask netlink-audit "$BARRED" user "$HEARD" socket 16 3 9
	ask netlink-netfilter "$BARRED" user "$HEARD" socket 16 3 12
	ask netlink-generic "$BARRED" user "$HEARD" socket 16 3 16
	ask netlink-uevent "$BARRED" user "$HEARD" socket 16 3 15
	ask netlink-diag "$BARRED" user "$HEARD" socket 16 3 4
	ask netlink-xfrm "$BARRED" user "$HEARD" socket 16 3 6
	ask netlink-crypto "$BARRED" user "$HEARD" socket 16 3 21
	ask socketpair-tipc "$BARRED" user "$HEARD" socketpair 30 5
	ask forge-pid "refused EPERM" ns allowed forge
	ask forge-uid "refused (EPERM|EINVAL)" ns allowed forge 0
	ask link-up "refused EPERM" ns allowed link-up lo
	ask bridge "refused (EPERM|ENOPKG)" ns? allowed make-bridge br7
	# SO_MARK, SO_RCVBUFFORCE, IP_TRANSPARENT, TCP_REPAIR
	ask socket-mark "refused EPERM" ns allowed socket-option 1 36
	ask socket-buffer "refused EPERM" ns "(allowed|refused EPERM)" \
		socket-option 1 33
	ask socket-transparent "refused EPERM" ns allowed socket-option 0 19
	ask socket-repair "refused EPERM" ns allowed socket-option 6 19
	ask socket-usual allowed user allowed socket 2 1 0
	ask socket-route allowed user allowed socket 16 3 0
	ask socketpair-usual allowed user allowed socketpair 1 5
	answers
}

run_ways sockets
property_end
