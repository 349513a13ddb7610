// SPDX-License-Identifier: ISC
// Requests about sockets: the host's, the world's, and the box's own.
#include <errno.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "src/doctor/probe/probe.h"

static int
reach(int type, const char *host, unsigned long port)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, host, &to.sin_addr);
	if (fd < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&to, sizeof(to));
}

int
probe_tcp_host(char *const *operand)
{
	return reach(
	    SOCK_STREAM, "127.0.0.1", probe_number(operand[OPERAND_PORT]));
}

int
probe_inet(char *const *operand)
{
	(void)operand;
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) < 0 ? -1 : 0;
}

// An address of nobody (RFC 5737): where there is a route it would be sent.
int
probe_outside(char *const *operand)
{
	(void)operand;
	return reach(SOCK_DGRAM, "192.0.2.1", 9);
}

int
probe_abstract(char *const *operand)
{
	const char *name = operand[OPERAND_ABSTRACT];
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t n = strlen(name);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || n + 1 > sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path + 1, name, n);
	return connect(fd, (struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n));
}

// Raw packets, kernel crypto, virtual machines' sockets, generic netlink,
// Bluetooth: code that a build has no use for.
int
probe_families(char *const *operand)
{
	static const struct {
		int family, type, protocol;
	} rows[] = {{AF_PACKET, SOCK_RAW, 0}, {38, SOCK_SEQPACKET, 0},
	    {40, SOCK_STREAM, 0}, {AF_NETLINK, SOCK_RAW, 16}, {31, SOCK_RAW, 1},
	    {AF_INET, SOCK_RAW, 1}};
	int error = 0;
	size_t i;

	(void)operand;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (socket(rows[i].family, rows[i].type, rows[i].protocol) >= 0)
			return 0;
		// The first: of a later one the kernel may not know.
		if (error == 0)
			error = errno;
	}
	errno = error;
	return -1;
}

int
probe_loopback(char *const *operand)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)operand;
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &n) != 0)
		return -1;
	return reach(SOCK_STREAM, "127.0.0.1", ntohs(at.sin_port));
}
