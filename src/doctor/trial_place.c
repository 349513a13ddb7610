// SPDX-License-Identifier: ISC
// What a trial needs on the host, made for whom we shall become.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/sibling.h"
#include "src/doctor/trial_place.h"

#define PIECE (1UL << 20)

// Whom way_in() will become: whom sudo works for, else the owner of what is
// worked on.
static void
whom(const struct stat *owner, uid_t *u, gid_t *g)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");
	bool sudo = uid != NULL && gid != NULL;

	*u = sudo ? (uid_t)strtoul(uid, NULL, 10) : owner->st_uid;
	*g = sudo ? (gid_t)strtoul(gid, NULL, 10) : owner->st_gid;
}

static int
make_dirs(struct place *p, const char *dir, struct err *e)
{
	snprintf(p->dir, sizeof(p->dir), "%s/stockade-doctor.XXXXXX", dir);
	if (mkdtemp(p->dir) == NULL) {
		p->dir[0] = '\0';
		return err_set(e, ERR_USAGE, errno,
		    "make a directory in %.180s as uid %u", dir,
		    (unsigned)geteuid());
	}
	snprintf(p->workspace, sizeof(p->workspace), "%s/workspace", p->dir);
	snprintf(p->secret, sizeof(p->secret), "%s/" PLACE_SECRET, p->dir);
	snprintf(p->root, sizeof(p->root), "%s/root", p->dir);
	if (mkdir(p->workspace, 0700) != 0)
		return err_set(e, ERR_USAGE, errno, "%.180s", p->workspace);
	return 0;
}

// By whom we shall become: who may not make it could not remove it.
static int
make_as_heir(struct place *p, const char *dir, struct err *e)
{
	struct stat owner;
	uid_t u;
	gid_t g;
	int rc;

	if (stat(dir, &owner) != 0)
		return err_set(e, ERR_USAGE, errno, "%.180s", dir);
	if (geteuid() != 0)
		return make_dirs(p, dir, e);
	whom(&owner, &u, &g);
	if (setegid(g) != 0 || seteuid(u) != 0)
		return err_set(e, ERR_SYSTEM, errno, "become uid %u", u);
	rc = make_dirs(p, dir, e);
	if (seteuid(0) != 0 || setegid(0) != 0)
		abort();
	return rc;
}

static void
leak_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY);

	if (fd >= 0 && dup2(fd, PLACE_FD) < 0)
		errno = 0; // too few descriptors: one row less
	fd_close(&fd);
}

int
place_make(struct place *p, const char *dir, struct err *e)
{
	char path[PATH_MAX];

	memset(p, 0, sizeof(*p));
	p->fd = p->probe = p->tcp = p->unix_ = -1;
	sibling_find(PROBE_PROGRAM, path, sizeof(path));
	p->probe = open(path, O_RDONLY | O_CLOEXEC);
	if (p->probe < 0)
		return err_set(e, ERR_EXEC, errno, "%.180s", path);
	if (make_as_heir(p, dir, e) != 0)
		return -1;
	setenv(PLACE_VARIABLE, "not to be seen inside", 1);
	leak_descriptor();
	return 0;
}

static int
listen_tcp(struct place *p)
{
	struct sockaddr_in at = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t n = sizeof(at);

	p->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->tcp < 0 ||
	    bind(p->tcp, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(p->tcp, 4) != 0 ||
	    getsockname(p->tcp, (struct sockaddr *)&at, &n) != 0)
		return -1;
	p->port = ntohs(at.sin_port);
	return 0;
}

static socklen_t
abstract_address(const struct place *p, struct sockaddr_un *at)
{
	size_t n = strlen(p->abstract);

	memset(at, 0, sizeof(*at));
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path + 1, p->abstract, n);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n);
}

static int
listen_abstract(struct place *p)
{
	struct sockaddr_un at;
	struct timespec ts;
	socklen_t n;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	snprintf(p->abstract, sizeof(p->abstract), "stockade-doctor-%d-%lx",
	    (int)getpid(), ts.tv_nsec);
	n = abstract_address(p, &at);
	p->unix_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->unix_ < 0)
		return -1;
	if (bind(p->unix_, (struct sockaddr *)&at, n) != 0)
		return -1;
	return listen(p->unix_, 4);
}

// Whatever the umask says: who reads it inside may have other ids.
static int
copy_program(const struct place *p, const char *path)
{
	autoclose int to =
	    open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	off_t at = 0;
	ssize_t n;

	if (to < 0 || fchmod(to, 0755) != 0)
		return -1;
	while ((n = sendfile(to, p->probe, &at, PIECE)) > 0)
		continue;
	return n < 0 ? -1 : 0;
}

static const char *const dirs[] = {"", "/usr", "/usr/bin"};

#define DIRS (sizeof(dirs) / sizeof(dirs[0]))

static bool
make_root(const struct place *p)
{
	char path[4300];
	size_t i;

	for (i = 0; i < DIRS; i++) {
		snprintf(path, sizeof(path), "%s%s", p->root, dirs[i]);
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return false;
		if (chmod(path, 0755) != 0)
			return false;
	}
	snprintf(path, sizeof(path), "%s/usr/bin/" PROBE_PROGRAM, p->root);
	return copy_program(p, path) == 0;
}

static void
remove_root(const struct place *p)
{
	char path[4300];
	size_t i;

	snprintf(path, sizeof(path), "%s/usr/bin/" PROBE_PROGRAM, p->root);
	unlink(path);
	for (i = DIRS; i-- > 0;) {
		snprintf(path, sizeof(path), "%s%s", p->root, dirs[i]);
		rmdir(path);
	}
}

int
place_fill(struct place *p, struct err *e)
{
	char copy[4300];
	int fd =
	    open(p->secret, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_set(e, ERR_USAGE, errno, "%.180s", p->secret);
	fd_close(&fd);
	fd_close(&p->fd);
	fd_close(&p->tcp);
	fd_close(&p->unix_);
	p->fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->fd < 0)
		return err_set(e, ERR_USAGE, errno, "%.180s", p->dir);
	// Without one of them its row is untried.
	p->tree = make_root(p);
	snprintf(copy, sizeof(copy), "%s/" PROBE_COPY, p->workspace);
	if (copy_program(p, copy) != 0)
		unlink(copy);
	if (listen_tcp(p) != 0)
		p->port = 0;
	if (listen_abstract(p) != 0)
		fd_close(&p->unix_);
	return 0;
}

static void
note(struct trial *t, enum probe_id id, bool allowed)
{
	struct answer *a = &t->control[id];

	a->word = allowed ? ANSWER_ALLOWED : ANSWER_REFUSED;
	if (!allowed)
		snprintf(
		    a->text, sizeof(a->text), "%s", strerrorname_np(errno));
}

static bool
can_execute_memory(void)
{
	void *m = mmap(NULL, 1, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return m != MAP_FAILED && munmap(m, 1) == 0;
}

void
place_control(const struct place *p, struct trial *t)
{
	struct sockaddr_in tcp = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons((uint16_t)p->port),
	};
	struct sockaddr_un un;
	socklen_t n = abstract_address(p, &un);
	autoclose int in = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autoclose int ux = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	note(t, PROBE_TCP_HOST,
	    p->port != 0 &&
		connect(in, (struct sockaddr *)&tcp, sizeof(tcp)) == 0);
	note(t, PROBE_ABSTRACT, connect(ux, (struct sockaddr *)&un, n) == 0);
	note(t, PROBE_HOST_FILE, access(p->secret, R_OK) == 0);
	note(t, PROBE_INET, in >= 0);
	note(t, PROBE_EXEC_MEMORY, can_execute_memory());
	note(t, PROBE_ENVIRONMENT, getenv(PLACE_VARIABLE) != NULL);
	note(t, PROBE_DESCRIPTORS, fcntl(PLACE_FD, F_GETFD) >= 0);
}

void
place_close(struct place *p)
{
	char made[4300];
	int i;

	fd_close(&p->fd);
	fd_close(&p->probe);
	fd_close(&p->tcp);
	fd_close(&p->unix_);
	close(PLACE_FD);
	if (p->dir[0] == '\0')
		return;
	snprintf(made, sizeof(made), "%s/" PROBE_FILE, p->workspace);
	unlink(made);
	snprintf(made, sizeof(made), "%s/" PROBE_COPY, p->workspace);
	unlink(made);
	for (i = 0; i < PROBE_PARTS; i++) {
		snprintf(
		    made, sizeof(made), "%s/" PROBE_PART "%d", p->workspace, i);
		unlink(made);
	}
	remove_root(p);
	unlink(p->secret);
	rmdir(p->workspace);
	rmdir(p->dir);
}
