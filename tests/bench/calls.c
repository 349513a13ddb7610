// SPDX-License-Identifier: ISC
// What is measured inside and outside alike.
//   calls cost       nanoseconds a getpid, a stat and an open with its close
//   calls write MB   writes so much to stdout, in pieces of 64 KiB
//   calls drain      reads stdin to its end; prints MB a second since the
//                    first byte
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	ROUNDS = 9, // the best one counts: all noise is on one side
	CALLS = 20000,
};

static const char path[] = "/usr/bin/env";
static char piece[65536];

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
call_getpid(void)
{
	syscall(SYS_getpid);
}

static void
call_stat(void)
{
	struct stat st;

	if (stat(path, &st) != 0)
		err(1, "%s", path);
}

static void
call_open(void)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	close(fd);
}

static double
cost(void (*call)(void))
{
	uint64_t t, best = UINT64_MAX;
	int i, r;

	for (r = 0; r < ROUNDS; r++) {
		t = now();
		for (i = 0; i < CALLS; i++)
			call();
		t = now() - t;
		if (t < best)
			best = t;
	}
	return (double)best / CALLS;
}

static void
write_mb(unsigned long mb)
{
	size_t left = mb << 20;
	ssize_t n;

	for (; left > 0; left -= (size_t)n) {
		n = write(
		    1, piece, left < sizeof(piece) ? left : sizeof(piece));
		if (n < 0)
			err(1, "write");
	}
}

static void
drain(void)
{
	uint64_t t = 0, sum = 0;
	ssize_t n;

	while ((n = read(0, piece, sizeof(piece))) > 0) {
		if (t == 0)
			t = now();
		sum += (uint64_t)n;
	}
	t = now() - t;
	printf("%.0f\n", (double)sum * 1000 / (double)t);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "cost") == 0)
		printf("%.1f %.1f %.1f\n", cost(call_getpid), cost(call_stat),
		    cost(call_open));
	else if (argc == 3 && strcmp(argv[1], "write") == 0)
		write_mb(strtoul(argv[2], NULL, 10));
	else if (argc == 2 && strcmp(argv[1], "drain") == 0)
		drain();
	else
		errx(2, "usage: calls cost | write MB | drain");
	return 0;
}
