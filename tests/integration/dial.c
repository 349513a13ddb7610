// SPDX-License-Identifier: ISC
// What a program in a sandbox notices of its network.
//
// usage: dial udp ADDRESS PORT	a datagram: 0 an answer from there, 1 refused
//				in less than a second, 2 later, 3 nothing
//        dial refused ADDRESS PORT N	N sockets, all refused, at once
//        dial tcp ADDRESS PORT		0, or the errno of connect(2)
//        dial tcp6 ADDRESS PORT	likewise
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	WAIT_MS = 3000,
	SOON_MS = 1000,
	BAD = 99,
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// A socket that is connected, or minus an errno.
static int
dial(int family, int type, const char *ip, uint16_t port)
{
	struct sockaddr_in6 six = {
	    .sin6_family = AF_INET6, .sin6_port = htons(port)};
	struct sockaddr_in four = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	const void *to = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t size = family == AF_INET ? sizeof(four) : sizeof(six);
	int fd = socket(family, type | SOCK_CLOEXEC, 0);

	inet_pton(family, ip,
	    family == AF_INET ? (void *)&four.sin_addr
			      : (void *)&six.sin6_addr);
	if (fd < 0)
		return -errno;
	return connect(fd, to, size) == 0 ? fd : -errno;
}

static int
udp(const char *ip, uint16_t port)
{
	int64_t before = now_ms();
	int fd = dial(AF_INET, SOCK_DGRAM, ip, port);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	if (fd < 0 || send(fd, "q", 1, 0) != 1 || poll(&p, 1, WAIT_MS) != 1) {
		close(fd);
		return 3;
	}
	if (recv(fd, &c, 1, 0) == 1)
		errno = 0;
	close(fd);
	if (errno == 0)
		return 0;
	if (errno != ECONNREFUSED)
		return BAD;
	return now_ms() - before < SOON_MS ? 1 : 2;
}

static int
refused(const char *ip, uint16_t port, int n)
{
	int64_t before = now_ms();

	for (; n > 0; n--)
		if (udp(ip, port) != 1)
			return 1;
	return now_ms() - before < SOON_MS ? 0 : 2;
}

static int
tcp(int family, const char *ip, uint16_t port)
{
	int fd = dial(family, SOCK_STREAM, ip, port);

	return fd < 0 ? -fd : 0;
}

int
main(int argc, char **argv)
{
	uint16_t port = argc > 3 ? (uint16_t)strtoul(argv[3], NULL, 10) : 0;

	if (argc == 4 && strcmp(argv[1], "udp") == 0)
		return udp(argv[2], port);
	if (argc == 5 && strcmp(argv[1], "refused") == 0)
		return refused(argv[2], port, (int)strtoul(argv[4], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "tcp") == 0)
		return tcp(AF_INET, argv[2], port);
	if (argc == 4 && strcmp(argv[1], "tcp6") == 0)
		return tcp(AF_INET6, argv[2], port);
	return BAD;
}
