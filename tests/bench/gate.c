// SPDX-License-Identifier: ISC
// What making a gate costs, beside the least system calls that make one: both
// in turn, each in namespaces of its own. `gate ROUNDS` writes the medians of
// ours and of the floor, in nanoseconds.
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include "jail/gate_messages.h"
#include "jail/inside/inside.h"

enum {
	ROUNDS_MAX = 10000,
	// A namespace goes later than its last process, and who makes one
	// meanwhile waits for that.
	PAUSE_US = 60000,
};

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
ours(int ctl)
{
	struct err e;
	int gate = -1;

	if (gate_begin(ctl, &gate, &e) != 0)
		errx(1, "%s", e.text);
	if (gate >= 0)
		errx(1, "no nf_tables here");
}

static void
told(int fd, const struct netlink *n)
{
	char answer[256];

	if (send(fd, n->data, n->used, 0) < 0 ||
	    recv(fd, answer, sizeof(answer), 0) < 0)
		err(1, "netlink");
}

static int
opened(int type, uint16_t port)
{
	const struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	const int on = 1;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (setsockopt(fd, IPPROTO_IP, IP_TRANSPARENT, &on, sizeof(on)) != 0 ||
	    bind(fd, (const struct sockaddr *)&a, sizeof(a)) != 0 ||
	    (type == SOCK_STREAM && listen(fd, 1024) != 0))
		err(1, "port %u", port);
	return fd;
}

static int
asked(int protocol)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
}

// No checks, no tuning, nothing handed over; messages are ready made, but for
// the number of one descriptor.
static void
floor_of(int unused)
{
	static struct netlink links, box_links, rules;
	int box_route, box;

	(void)unused;
	gate_box_links(&box_links);
	gate_rules(&rules);
	box_route = asked(NETLINK_ROUTE);
	box = ioctl(box_route, SIOCGSKNS);
	if (box < 0 || unshare(CLONE_NEWNET) != 0)
		err(1, "namespace");
	gate_links(&links, box);
	told(asked(NETLINK_ROUTE), &links);
	told(asked(NETLINK_NETFILTER), &rules);
	opened(SOCK_STREAM, GATE_PORT);
	opened(SOCK_STREAM, 53);
	opened(SOCK_DGRAM, 53);
	if (setns(box, CLONE_NEWNET) != 0)
		err(1, "setns");
	told(box_route, &box_links);
}

// In a child, in a sandbox's namespaces; how long it took.
static uint64_t
timed(void (*make)(int))
{
	uint64_t took = 0;
	int p[2], sv[2], status;
	pid_t pid;

	if (pipe(p) != 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv) != 0)
		err(1, "pipe");
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
			err(1, "unshare");
		took = now();
		make(sv[0]);
		took = now() - took;
		_exit(write(p[1], &took, sizeof(took)) != sizeof(took));
	}
	close(p[1]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0 ||
	    read(p[0], &took, sizeof(took)) != sizeof(took))
		errx(1, "a gate could not be made");
	close(p[0]);
	close(sv[0]);
	close(sv[1]);
	usleep(PAUSE_US);
	return took;
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static uint64_t took[2][ROUNDS_MAX];
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100, i;

	if (n == 0 || n > ROUNDS_MAX)
		errx(2, "usage: gate ROUNDS");
	for (i = 0; i < n; i++) {
		took[0][i] = timed(ours);
		took[1][i] = timed(floor_of);
	}
	qsort(took[0], n, sizeof(took[0][0]), compare);
	qsort(took[1], n, sizeof(took[1][0]), compare);
	printf("%llu %llu\n", (unsigned long long)took[0][n / 2],
	    (unsigned long long)took[1][n / 2]);
	return 0;
}
