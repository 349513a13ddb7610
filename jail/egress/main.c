// SPDX-License-Identifier: ISC
// stockade-egress: the broker at the network's edge.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/egress/watch.h"
#include "jail/egress/worker.h"

static bool
is_channel(int fd)
{
	socklen_t len = sizeof(int);
	int domain, type;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       domain == AF_UNIX && type == SOCK_SEQPACKET;
}

// Where records go: to the end of it, whatever anybody else writes.
static bool
is_records(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_ACCMODE) == O_RDWR &&
	       (flags & O_APPEND) != 0;
}

// Nothing is held but what was given, and nothing can be gained.
static int
prepare(struct err *e)
{
	int fd;

	if (fd_close_range(WATCH_RECORDS + 1, ~0U, false) != 0)
		return err_set(e, ERR_SYSTEM, errno, "close descriptors");
	for (fd = WATCH_HELPER; fd <= WATCH_RECORDS; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	// A record that a limit of file size cuts is an error, and no end.
	signal(SIGXFSZ, SIG_IGN);
	if (prctl(PR_SET_DUMPABLE, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "PR_SET_DUMPABLE");
	// Of root's: who takes us over does not get the host's network.
	return caps_drop_all(e) == 0 ? caps_no_new_privs(e) : -1;
}

static int
usage(void)
{
	fputs("usage: stockade-egress\n"
	      "The network broker of stockade(1), which starts it. See\n"
	      "stockade-egress(8).\n",
	    stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	bool records = fcntl(WATCH_RECORDS, F_GETFD) >= 0;
	struct err e = {0};

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("stockade-egress " PACKAGE_VERSION) < 0;
	if (argc != 1 || !is_channel(WATCH_HELPER) || !is_channel(WATCH_AGENT))
		return usage();
	if (records && !is_records(WATCH_RECORDS)) {
		fputs("stockade-egress: descriptor 5 is not open to read and "
		      "append\n",
		    stderr);
		return 2;
	}
	if (prepare(&e) == 0 && watch_run(records, worker_run, &e) == 0)
		return 0;
	fprintf(stderr, "stockade-egress: %s\n", e.text);
	return 1;
}
