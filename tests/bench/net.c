// SPDX-License-Identifier: ISC
// Both ends of a connection, for what a road through the network costs.
//   net serve PORT                  all that clients ask for
//   net up|down HOST PORT N MS      Gbit/s of N streams for MS milliseconds
//   net connect HOST PORT N         us of connect, a byte each way: the median
//   net trip HOST PORT N            us of a byte each way: the median
//   net hold HOST PORT N            N connections, until stdin ends
// A client's first byte says what it wants: u (read all), d (send without
// end), e (every byte back).
#include <arpa/inet.h>
#include <err.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK	    (256 << 10)
#define STREAMS_MAX 16

static struct sockaddr_in server;

struct stream {
	pthread_t thread;
	int fd;
	char what;
	uint64_t bytes, end;
};

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void *
serve_one(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char *buf = calloc(1, BLOCK);
	ssize_t n = 0;
	char what;

	if (buf != NULL && read(fd, &what, 1) == 1)
		while (what == 'd' ? write(fd, buf, BLOCK) > 0
				   : (n = read(fd, buf, BLOCK)) > 0)
			if (what == 'e' && write(fd, buf, (size_t)n) != n)
				break;
	close(fd);
	free(buf);
	return NULL;
}

static void
serve(void)
{
	int one = 1, fd, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pthread_attr_t attr;
	pthread_t thread;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (struct sockaddr *)&server, sizeof(server)) != 0 ||
	    listen(s, 4096) != 0)
		err(1, "listen");
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 64 << 10);
	while ((fd = accept(s, NULL, NULL)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (pthread_create(
			&thread, &attr, serve_one, (void *)(intptr_t)fd) != 0)
			close(fd);
	}
}

static int
dial(char what)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&server, sizeof(server)) != 0)
		err(1, "connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (write(fd, &what, 1) != 1)
		err(1, "write");
	return fd;
}

static void *
pump(void *arg)
{
	struct stream *s = arg;
	char *buf = calloc(1, BLOCK);
	ssize_t n = 1;

	while (buf != NULL && n > 0 && now() < s->end) {
		n = s->what == 'u' ? write(s->fd, buf, BLOCK)
				   : read(s->fd, buf, BLOCK);
		if (n > 0)
			s->bytes += (uint64_t)n;
	}
	free(buf);
	return NULL;
}

static void
throughput(char what, int n, int ms)
{
	struct stream s[STREAMS_MAX] = {0};
	uint64_t bytes = 0, start = now();
	int i;

	if (n > STREAMS_MAX)
		errx(2, "at most %d streams", STREAMS_MAX);
	for (i = 0; i < n; i++) {
		s[i].fd = dial(what);
		s[i].what = what;
		s[i].end = start + (uint64_t)ms * 1000000;
		if (pthread_create(&s[i].thread, NULL, pump, &s[i]) != 0)
			errx(1, "thread");
	}
	for (i = 0; i < n; i++) {
		pthread_join(s[i].thread, NULL);
		bytes += s[i].bytes;
	}
	printf("%.2f\n", (double)bytes * 8 / (double)(now() - start));
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
echo(int fd)
{
	char c = 'x';

	if (write(fd, &c, 1) != 1 || read(fd, &c, 1) != 1)
		err(1, "echo");
}

static void
latency(bool anew, int n)
{
	uint64_t *t = calloc((size_t)n, sizeof(*t)), start;
	int i, fd = anew ? -1 : dial('e');

	for (i = 0; t != NULL && i < n; i++) {
		start = now();
		if (anew)
			fd = dial('e');
		echo(fd);
		t[i] = now() - start;
		if (anew)
			close(fd);
	}
	if (t == NULL)
		err(1, "memory");
	qsort(t, (size_t)n, sizeof(*t), compare);
	printf("%.1f\n", (double)t[n / 2] / 1000);
	free(t);
}

static void
hold(int n)
{
	char c;
	int i;

	for (i = 0; i < n; i++)
		echo(dial('e'));
	printf("%d\n", n);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		continue;
}

static void
look_up(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_family = AF_INET}, *a;

	if (getaddrinfo(host, port, &hints, &a) != 0)
		errx(1, "no address of %s", host);
	memcpy(&server, a->ai_addr, sizeof(server));
	freeaddrinfo(a);
}

static int
number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	struct rlimit files = {4096, 4096};

	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		look_up("0.0.0.0", argv[2]);
		serve();
		return 1;
	}
	if (argc < 5)
		errx(2, "see the file's head");
	look_up(argv[2], argv[3]);
	if (argc == 6)
		throughput(argv[1][0], number(argv[4]), number(argv[5]));
	else if (strcmp(argv[1], "hold") == 0)
		hold(number(argv[4]));
	else
		latency(argv[1][0] == 'c', number(argv[4]));
	return 0;
}
