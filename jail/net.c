// SPDX-License-Identifier: ISC
// The box's network: loopback, and nothing else.
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include "jail/base/fd.h"
#include "jail/net.h"

int
net_lo_up(struct err *e)
{
	struct ifreq ifr;
	autoclose int fd = -1;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set(e, ERR_NET, errno, "socket");
	memset(&ifr, 0, sizeof(ifr));
	memcpy(ifr.ifr_name, "lo", 3);
	ifr.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr) != 0)
		return err_set(e, ERR_NET, errno, "bring lo up");
	return 0;
}
