// SPDX-License-Identifier: ISC
// A client that builds many boxes: one after the other, or many at once.
// Afterwards it holds as many descriptors as before, and as much memory.
//
// usage: churn HELPER WORKSPACE TIMES AT_ONCE
//
// Prints a TAP point for each of these. Every box runs /bin/true.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/box.h"

enum {
	PEER = 3,
	WARM = 3, // rounds before we count: libc has its buffers then
	GROWTH_KB = 256,
	END_MS = 30000,
};

struct one {
	pid_t pid;
	int sock;
	struct box *box;
};

static const char *helper;
static int workspace;
static unsigned points;
static int failed;

static void
point(int good, const char *what, unsigned n)
{
	printf("%sok %u - %s (%u)\n", good ? "" : "not ", ++points, what, n);
	failed |= !good;
}

static int
complain(const char *what, const struct err *e)
{
	printf("# %s: %s\n", what, e->text);
	return -1;
}

static int
start_helper(struct one *o, struct err *e)
{
	char *argv[] = {(char[]){"stockade-jail"}, NULL}, *envp[] = {NULL};
	posix_spawn_file_actions_t fa;
	const int on = 1;
	int sv[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0 ||
	    setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&fa, 0, 1);
	posix_spawn_file_actions_adddup2(&fa, sv[1], PEER);
	rc = posix_spawn(&o->pid, helper, &fa, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&fa);
	close(sv[1]);
	o->sock = sv[0];
	return rc == 0 ? 0 : err_set(e, ERR_SYSTEM, rc, "%s", helper);
}

static int
run_true(struct box *b, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct box_command c = {
	    .argv = (char *[]){(char[]){"true"}, NULL},
	    .envp = box_default_env,
	    .stdio = {null, null, null},
	};
	struct box_result r = {.exit_code = -1};
	struct pollfd p = {.fd = box_pollfd(b), .events = POLLIN};
	uint32_t cmd;
	int rc = box_exec(b, &c, &cmd, NULL, e);

	close(null);
	while (rc == 0) {
		rc = box_reap(b, &cmd, &r, e);
		if (rc == 0 && poll(&p, 1, END_MS) <= 0)
			return err_set(e, ERR_SYSTEM, 0, "it does not end");
	}
	if (rc < 0)
		return -1;
	return r.exit_code == 0 ? 0 : err_set(e, ERR_SYSTEM, 0, "status");
}

static int
begin(struct one *o, struct err *e)
{
	struct spec spec;

	*o = (struct one){.sock = -1};
	spec_init(&spec);
	if (getenv("CHURN_NET") != NULL) {
		spec.net.n = 1;
		spec.net.rule[0] = (struct spec_net_rule){.verdict = NET_ALLOW,
		    .kind = NET_NAME,
		    .host = "files.example.com"};
	}
	if (start_helper(o, e) != 0 ||
	    box_start(&o->box, o->sock, workspace, &spec, e) != 0)
		return -1;
	return run_true(o->box, e);
}

static int
end(struct one *o, struct err *e)
{
	int status = 0;

	box_end(o->box);
	fd_close(&o->sock);
	if (o->pid > 0 && waitpid(o->pid, &status, 0) != o->pid)
		return err_set(e, ERR_SYSTEM, errno, "wait");
	return status == 0 ? 0 : err_set(e, ERR_SYSTEM, 0, "helper's status");
}

// All of them stand at one time. Returns how many went wrong.
static unsigned
round_of(struct one *all, unsigned n)
{
	unsigned i, bad = 0;
	struct err e;

	for (i = 0; i < n; i++)
		if (begin(&all[i], &e) != 0) {
			complain("begin", &e);
			bad++;
		}
	for (i = 0; i < n; i++)
		if (end(&all[i], &e) != 0) {
			complain("end", &e);
			bad++;
		}
	return bad;
}

static unsigned
open_files(void)
{
	autoclosedir DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	return n;
}

static unsigned
memory_kb(void)
{
	char buf[4096];
	const char *p;

	if (fd_read_text(AT_FDCWD, "/proc/self/status", buf, sizeof(buf)) <= 0)
		return 0;
	p = strstr(buf, "VmRSS:");
	return p != NULL ? (unsigned)strtoul(p + 6, NULL, 10) : 0;
}

static void
churn(unsigned times, unsigned at_once)
{
	struct one *all = calloc(at_once, sizeof(*all));
	unsigned i, files, kb, bad = 0;

	if (all == NULL)
		exit(99);
	for (i = 0; i < WARM; i++)
		bad += round_of(all, i == 0 ? at_once : 1);
	files = open_files();
	kb = memory_kb();
	for (i = 0; i < times; i++)
		bad += round_of(all, at_once);
	point(bad == 0, "boxes that went wrong", bad);
	point(open_files() == files, "descriptors as before", files);
	point(memory_kb() <= kb + GROWTH_KB, "no more KiB of memory", kb);
	free(all);
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 5) {
		fputs("usage: churn HELPER WORKSPACE TIMES AT_ONCE\n", stderr);
		return 2;
	}
	helper = argv[1];
	workspace = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	churn((unsigned)strtoul(argv[3], NULL, 10),
	    (unsigned)strtoul(argv[4], NULL, 10));
	printf("1..%u\n", points);
	return failed;
}
