// SPDX-License-Identifier: ISC
// Subordinate ids: found in the tables, mapped by newgidmap.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/subgid.h"

#define PROGRAM	  "/usr/bin/newgidmap"
#define TABLE_MAX 65536 // bytes that are read of a table

// Field n (from 0) of a line of colon-separated fields.
static const char *
field(const char *line, int n, size_t *len)
{
	const char *end = line + strcspn(line, "\n");

	for (; n > 0 && line < end; n--)
		line += strcspn(line, ":\n") + 1;
	if (line > end)
		line = end;
	*len = strcspn(line, ":\n");
	return line;
}

static bool
field_is(const char *line, int n, const char *want)
{
	size_t len;
	const char *f = field(line, n, &len);

	return len > 0 && len == strlen(want) && memcmp(f, want, len) == 0;
}

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\0' ? NULL : line + 1;
}

const char *
subgid_name(const char *passwd, uid_t uid, char *buf, size_t size)
{
	const char *line = passwd, *name;
	char number[16];
	size_t len;

	snprintf(number, sizeof(number), "%u", uid);
	for (; line != NULL; line = next_line(line)) {
		if (!field_is(line, 2, number))
			continue;
		name = field(line, 0, &len);
		if (len == 0 || len >= size)
			return NULL;
		memcpy(buf, name, len);
		buf[len] = '\0';
		return buf;
	}
	return NULL;
}

uint32_t
subgid_find(const char *text, const char *name, uid_t uid)
{
	const char *line = text, *first;
	char number[16], *end;
	unsigned long v;
	size_t len;

	snprintf(number, sizeof(number), "%u", uid);
	for (; line != NULL; line = next_line(line)) {
		if (!field_is(line, 0, number) &&
		    (name == NULL || !field_is(line, 0, name)))
			continue;
		first = field(line, 1, &len);
		v = strtoul(first, &end, 10);
		if (len > 0 && end == first + len && v > 0 && v < UINT32_MAX &&
		    !field_is(line, 2, "0"))
			return (uint32_t)v;
	}
	return 0;
}

// As far as they fit: whoever stands further down goes without.
static uint32_t
look_up(uid_t uid)
{
	static char table[TABLE_MAX];
	char name[64];
	const char *own = NULL;

	if (fd_read_text(AT_FDCWD, "/etc/passwd", table, sizeof(table)) > 0)
		own = subgid_name(table, uid, name, sizeof(name));
	if (fd_read_text(AT_FDCWD, "/etc/subgid", table, sizeof(table)) <= 0)
		return 0;
	return subgid_find(table, own, uid);
}

static bool
has_others(gid_t own)
{
	static gid_t groups[65536]; // NGROUPS_MAX
	int n = getgroups(65536, groups);
	int i;

	for (i = 0; i < n; i++)
		if (groups[i] != own)
			return true;
	return n < 0;
}

static int
run(const struct subgid *s, pid_t child)
{
	char pid[16], own[16], first[16];
	char *argv[] = {(char[]){"newgidmap"}, pid, own, own, (char[]){"1"},
	    first, first, (char[]){"1"}, NULL};
	char *envp[] = {NULL};
	int status;
	pid_t p;

	snprintf(pid, sizeof(pid), "%d", (int)child);
	snprintf(own, sizeof(own), "%u", s->own);
	snprintf(first, sizeof(first), "%u", s->first);
	p = vfork();
	if (p == 0) {
		execve(PROGRAM, argv, envp);
		_exit(127);
	}
	while (p > 0 && waitpid(p, &status, 0) < 0 && errno == EINTR)
		continue;
	return p > 0 ? status : -1;
}

// Set aside: it can do no more than its user could by hand.
static void __attribute__((noreturn)) serve(const struct subgid *s, int fd)
{
	pid_t child;
	int status;

	// Before we ask who our parent is: it may be gone already.
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() == 1)
		_exit(1);
	// 2 is where newgidmap complains.
	if (dup2(fd, 3) < 0 || close_range(4, ~0U, 0) != 0)
		_exit(1);
	while (recv(3, &child, sizeof(child), 0) == sizeof(child)) {
		status = run(s, child);
		if (send(3, &status, sizeof(status), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

void
subgid_start(struct subgid *s)
{
	int sv[2];

	*s = (struct subgid){.fd = -1, .own = getegid()};
	s->others = has_others(s->own);
	if (!s->others || access(PROGRAM, X_OK) != 0)
		return;
	s->first = look_up(geteuid());
	if (s->first == 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return;
	s->pid = fork();
	if (s->pid == 0)
		serve(s, sv[1]);
	close(sv[1]);
	s->fd = sv[0];
	if (s->pid < 0)
		fd_close(&s->fd);
}

int
subgid_write(const struct subgid *s, pid_t child, struct err *e)
{
	int status = -1;

	if (send(s->fd, &child, sizeof(child), MSG_NOSIGNAL) < 0 ||
	    recv(s->fd, &status, sizeof(status), 0) != sizeof(status))
		return err_set(e, ERR_IDMAP, errno, "ask for " PROGRAM);
	if (status == 0)
		return 0;
	return err_set(e, ERR_IDMAP, 0,
	    PROGRAM " refused %u, which /etc/subgid gives to uid %u: see its "
		    "message; or take that line away",
	    s->first, geteuid());
}

void
subgid_stop(struct subgid *s)
{
	fd_close(&s->fd);
	if (s->pid > 0)
		while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	s->pid = 0;
}
