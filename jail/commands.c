// SPDX-License-Identifier: ISC
// Command rules below the shell.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "jail/commands.h"
#include "jail/elf.h"
#include "jail/mount.h"

enum {
	FILES_MAX = 2 * SPEC_ITEMS_MAX, // with interpreters
	PATH_SIZE = SPEC_PATH_MAX,
	NOEXEC_SEAL = 8, // of memfd_create(2), Linux 6.3
};

// PATH of a command, by which the shell would find it.
static const char *const places[] = {"/usr/local/bin", "/usr/bin", "/bin"};

// What may be executed; links in it are followed.
static struct {
	uint32_t n;
	char path[FILES_MAX][PATH_SIZE];
} files;

static int
add_file(const char *path, struct err *e)
{
	uint32_t i;

	for (i = 0; i < files.n; i++)
		if (strcmp(files.path[i], path) == 0)
			return 0;
	if (files.n == FILES_MAX)
		return err_set(e, ERR_LIMIT, 0, "too many commands");
	snprintf(files.path[files.n++], PATH_SIZE, "%s", path);
	return 0;
}

static bool
is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 &&
	       (S_ISDIR(st.st_mode) ||
		   (S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0));
}

static int
find(const char *item, struct err *e)
{
	char path[PATH_SIZE];
	struct stat st;
	size_t i;

	if (item[0] == '/' && is_program(item))
		return add_file(item, e);
	if (item[0] == '/')
		return err_set(e, ERR_POLICY, 0,
		    "command allow %s: no such program or directory inside; "
		    "mend the name, or mount what it lies in",
		    item);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", places[i], item);
		if (is_program(path) && stat(path, &st) == 0 &&
		    S_ISREG(st.st_mode))
			return add_file(path, e);
	}
	return err_set(e, ERR_POLICY, 0,
	    "command allow %s: no such program in /usr/local/bin, /usr/bin or "
	    "/bin inside; mend the name, or say its absolute path",
	    item);
}

// The one that a file names, and so on: a script's interpreter has its own.
static int
add_interpreter(const char *path, struct err *e)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char next[PATH_SIZE];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	// One that says nonsense cannot be executed; nor what is not there.
	if (elf_interpreter(fd, next, sizeof(next)) <= 0 || !is_program(next))
		return 0;
	return add_file(next, e);
}

// Mounts what is at path on itself, and can be executed there.
static int
open_path(const char *path, struct err *e)
{
	struct mount_attr a = {.attr_clr = MOUNT_ATTR_NOEXEC};
	autoclose int fd = open(path, O_PATH | O_CLOEXEC), tree = -1;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(e, ERR_MOUNT, errno, "open %s", path);
	tree = mount_tree(fd, "", 0, e);
	if (tree < 0)
		return -1;
	if (mount_setattr(
		tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &a, sizeof(a)) != 0)
		return err_set(e, ERR_MOUNT, errno,
		    "make %s executable (it may lie on a file system that is "
		    "mounted noexec)",
		    path);
	return mount_onto(tree, fd, e);
}

// Where path really lies; "" if nothing does.
static void
real_path(const char *path, char real[PATH_SIZE])
{
	autoclose int fd = open(path, O_PATH | O_CLOEXEC);
	char proc[32];
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = fd < 0 ? -1 : readlink(proc, real, PATH_SIZE);
	real[n > 0 && n < PATH_SIZE ? n : 0] = '\0';
}

static int
open_below(const char *top, const char *name, struct err *e)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return open_path(path, e);
}

// lib beside the bin that real ends with, but for the system's own.
static int
open_sibling(char *real, struct err *e)
{
	char *dir = strrchr(real, '/');

	if (dir == NULL || dir == real || strcmp(dir, "/bin") != 0)
		return 0;
	*dir = '\0';
	return strcmp(real, "/usr") == 0 ? 0 : open_below(real, "lib", e);
}

// The directories that a program's libraries lie in: the dynamic linker's
// own, those called as the program is, and lib beside its bin.
static int
open_libraries(const char *path, struct err *e)
{
	static const char lib[] = "/usr/lib";
	char real[PATH_SIZE], *name;

	real_path(path, real);
	name = strrchr(real, '/');
	if (name == NULL || name == real)
		return 0;
	*name++ = '\0';
	if (strncmp(name, "ld-", 3) == 0 && open_path(real, e) != 0)
		return -1;
	if (open_below(lib, name, e) != 0 ||
	    open_below(lib, strrchr(path, '/') + 1, e) != 0)
		return -1;
	return open_sibling(real, e);
}

static int
find_all(const struct spec_list *l, struct err *e)
{
	uint32_t i;

	files.n = 0;
	for (i = 0; i < l->n; i++)
		if (find(l->item[i], e) != 0)
			return -1;
	// Those that are added on the way have interpreters, too.
	for (i = 0; i < files.n; i++)
		if (add_interpreter(files.path[i], e) != 0)
			return -1;
	return 0;
}

static int
open_all(struct err *e)
{
	uint32_t i;

	// Directories first: a file in one is then mounted over it.
	for (i = 0; i < files.n; i++)
		if (open_libraries(files.path[i], e) != 0)
			return -1;
	for (i = 0; i < files.n; i++)
		if (open_path(files.path[i], e) != 0)
			return -1;
	return 0;
}

int
commands_put(const struct spec *spec, int root, struct err *e)
{
	const struct spec_list *l = &spec->list[LIST_COMMAND];

	if (l->n == 0)
		return 0;
	if (landlock_abi() == 0)
		return err_set(e, ERR_LANDLOCK, 0,
		    "command rules want Landlock: Linux 5.19, with landlock in "
		    "lsm= of the kernel's command line");
	if (find_all(l, e) != 0 || mount_attr(root, MOUNT_ATTR_NOEXEC, e) != 0)
		return -1;
	return open_all(e);
}

// A memory file that is executable lies on no mount of ours.
static int
refuse_memfd(struct err *e)
{
	static const struct sock_filter f[] = {
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, args[1])),
	    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NOEXEC_SEAL, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {
	    .len = sizeof(f) / sizeof(f[0]),
	    .filter = (struct sock_filter *)(uintptr_t)f,
	};

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) != 0)
		return err_set(e, ERR_SECCOMP, errno, "refuse memfd");
	return 0;
}

int
commands_confine(const struct spec *spec, struct err *e)
{
	const char *paths[FILES_MAX + 2];
	uint32_t i, n = 0;

	if (spec->list[LIST_COMMAND].n == 0)
		return 0;
	for (i = 0; i < files.n; i++)
		paths[n++] = files.path[i];
	if (spec->choice[CHOICE_EXEC] == EXEC_YES)
		paths[n++] = SPEC_WORKSPACE;
	paths[n] = NULL;
	if (landlock_execute(paths, e) != 0)
		return -1;
	return refuse_memfd(e);
}
