#!/bin/sh
# SPDX-License-Identifier: ISC
# Sockets: the families and types of ordinary programs, no others.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin

NO="refused (EPERM|EACCES|EAFNOSUPPORT|ENOSYS)"

sockets() {
	prop "no AF_PACKET" "$NO" ns allowed socket 17 3 0
	prop "no AF_PACKET, high bits set" "$NO" ns allowed socket-high 17 3 0
	prop "no raw IPv4" "$NO" ns allowed socket 2 3 1
	prop "no raw IPv6" "$NO" ns allowed socket 10 3 58
	prop "no AF_VSOCK" "$NO" user "(allowed|refused EAFNOSUPPORT)" \
		socket 40 1 0
	prop "no AF_ALG" "$NO" user "(allowed|refused EAFNOSUPPORT)" \
		socket 38 5 0
	prop "no audit netlink" "$NO" user \
		"(allowed|refused EPROTONOSUPPORT)" socket 16 3 9
	prop "no netfilter netlink" "$NO" none "" socket 16 3 12
	prop "no generic netlink" "$NO" user allowed socket 16 3 16
	prop "no uevent netlink" "$NO" user allowed socket 16 3 15
	prop "no AF_BLUETOOTH" "$NO" none "" socket 31 3 1
	prop "no AF_XDP" "$NO" none "" socket 44 3 0
	prop "no AF_KEY" "$NO" none "" socket 15 3 2
	prop "TCP" allowed user allowed socket 2 1 0
	prop "UDP" allowed user allowed socket 2 2 0
	prop "TCP over IPv6" allowed user allowed socket 10 1 0
	prop "unix" allowed user allowed socket 1 1 0
	prop "unix pair" allowed user allowed socketpair 1 1
	prop "seqpacket pair" allowed user allowed socketpair 1 5
	prop "route netlink" allowed user allowed socket 16 3 0
}

run_ways sockets
test_end
