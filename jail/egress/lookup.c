// SPDX-License-Identifier: ISC
// What runs in the processes that resolve names.
//
// Processes and not threads: so that the worker's filter knows no open(2), and
// what a module of the host's resolver does, and leaves behind, is its own.
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/confine.h"
#include "jail/egress/lookup.h"
#include "policy/address.h"

static void
take(struct resolved *r, const struct addrinfo *ai)
{
	const struct sockaddr_in *v4 = (const void *)ai->ai_addr;
	const struct sockaddr_in6 *v6 = (const void *)ai->ai_addr;
	uint8_t *a = r->addr[r->n];

	if (ai->ai_family == AF_INET)
		address_from_v4(a, (const uint8_t *)&v4->sin_addr);
	else if (ai->ai_family == AF_INET6)
		memcpy(a, &v6->sin6_addr, ADDRESS_BYTES);
	else
		return;
	r->n++;
}

// The name is whole: no list of domains is tried. A dot at its end would say
// so too, but then glibc finds no name of /etc/hosts. res_init reads
// resolv.conf anew, which may have changed since the last time.
void
lookup_name(const char *name, struct resolved *r)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *list, *ai;

	memset(r, 0, sizeof(*r));
	if (res_init() != 0)
		return;
	_res.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
	if (getaddrinfo(name, NULL, &hints, &list) != 0)
		return;
	for (ai = list; ai != NULL && r->n < RESOLVE_ADDRESSES;
	     ai = ai->ai_next)
		take(r, ai);
	freeaddrinfo(list);
}

// One of them: answers until nobody asks. Its first word is an empty answer:
// it says that it is there.
static _Noreturn void
serve(int fd)
{
	struct lookup_question q;
	struct resolved r = {0};
	struct err e;

	if (confine_lookup(&e) != 0)
		_exit(1);
	for (;;) {
		if (send(fd, &r, sizeof(r), MSG_NOSIGNAL) < 0)
			_exit(0);
		if (recv(fd, &q, sizeof(q), 0) != sizeof(q) ||
		    memchr(q.name, '\0', sizeof(q.name)) == NULL)
			_exit(0);
		alarm(LOOKUP_SECONDS);
		lookup_name(q.name, &r);
		alarm(0);
		r.id = q.id;
	}
}

static pid_t
begin(const int fds[RESOLVE_SLOTS], int slot, int lifeline)
{
	pid_t parent = getpid(), pid = fork();
	sigset_t none;
	int i;

	if (pid != 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(lifeline);
	for (i = 0; i < RESOLVE_SLOTS; i++)
		if (i != slot)
			close(fds[i]);
	serve(fds[slot]);
}

static void
replace(pid_t pids[RESOLVE_SLOTS], const int fds[RESOLVE_SLOTS], int lifeline)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	pid_t pid;
	int i;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (i = 0; i < RESOLVE_SLOTS; i++)
			if (pids[i] == pid)
				pids[i] = 0;
	// One that cannot live does not take the machine with it.
	nanosleep(&pause, NULL);
	for (i = 0; i < RESOLVE_SLOTS; i++)
		if (pids[i] <= 0)
			pids[i] = begin(fds, i, lifeline);
}

_Noreturn void
lookup_keep(const int fds[RESOLVE_SLOTS], int lifeline)
{
	pid_t pids[RESOLVE_SLOTS] = {0};
	struct signalfd_siginfo info;
	sigset_t child;
	struct pollfd p[2] = {{.fd = lifeline}, {.events = POLLIN}};
	int i;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	p[1].fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	for (i = 0; i < RESOLVE_SLOTS; i++)
		pids[i] = begin(fds, i, lifeline);
	for (;;) {
		if (poll(p, 2, 10000) < 0 && errno != EINTR)
			_exit(1);
		// The other end was the worker's.
		if ((p[0].revents & (POLLHUP | POLLERR)) != 0)
			_exit(0);
		while (read(p[1].fd, &info, sizeof(info)) > 0)
			continue;
		replace(pids, fds, lifeline);
	}
}
