// SPDX-License-Identifier: ISC
// stockade-jail: the helper. Gives up what it does not need, then serves the
// one peer on descriptor 3 until that is gone.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/base/log.h"
#include "jail/seccomp.h"
#include "jail/serve.h"
#include "jail/wire/wire.h"

enum {
	PEER = 3,
	EXIT_OK = 0,
	EXIT_FAULT = 1,
	EXIT_BAD_USE = 2,
	EXIT_CEILING = 3,
	CEILING_MAX = 65536,
};

// Mounts and their id maps; maps of others' ids; a map that holds host uid 0;
// the top of the cgroup tree, which its mode closes to its owner, too; and
// cgroup.procs, which changes hands.
#define KEEP                                                               \
	(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SETUID | 1ULL << CAP_SETGID | \
	    1ULL << CAP_SETFCAP | 1ULL << CAP_DAC_OVERRIDE |               \
	    1ULL << CAP_CHOWN)

static const char usage[] =
    "usage: stockade-jail\n"
    "The sandbox helper of stockade(1), which starts it with a socket as\n"
    "descriptor 3. It is of no use by hand. See stockade-jail(8).\n";

static int
check_owner(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set(e, ERR_POLICY, errno, CEILING_FILE);
	if (st.st_uid != 0 || (st.st_mode & 022) != 0)
		return err_set(e, ERR_POLICY, 0,
		    CEILING_FILE " must be root's, and writable by root alone");
	return 0;
}

// The one text that a privileged process parses. Whoever may write it may
// decide what everybody else may ask for.
static int
read_ceiling(struct policy *ceiling, struct err *e)
{
	static char text[CEILING_MAX];
	struct policy_fault f;
	autoclose int fd =
	    open(CEILING_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	policy_init_empty(ceiling);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, CEILING_FILE);
	if (check_owner(fd, e) != 0)
		return -1;
	n = read(fd, text, sizeof(text));
	if (n < 0 || n == (ssize_t)sizeof(text))
		return err_set(
		    e, ERR_POLICY, n < 0 ? errno : EFBIG, CEILING_FILE);
	if (policy_parse(text, (size_t)n, ceiling, &f) == 0)
		return 0;
	return err_set(e, ERR_POLICY, 0, CEILING_FILE ":%u:%u: %s", f.line,
	    f.column, f.text);
}

static void
reset_signals(void)
{
	// The kernel's struct, all zero: SIG_DFL. libc's call would refuse
	// those it uses itself, and somebody may have ignored them, too.
	const unsigned long dfl[8] = {0};
	sigset_t none;
	int i;

	// Ignored signals are inherited; a box begins with none.
	for (i = 1; i <= 64; i++)
		syscall(SYS_rt_sigaction, i, dfl, NULL, 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
prepare(struct err *e)
{
	const int one = 1;

	if (fd_close_range(PEER + 1, ~0U, false) != 0)
		return err_set(e, ERR_SYSTEM, errno, "close descriptors");
	if (fcntl(PEER, F_SETFD, FD_CLOEXEC) != 0 ||
	    setsockopt(PEER, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) != 0)
		return err_set(e, ERR_USAGE, errno, "descriptor %d", PEER);
	reset_signals();
	// Ctrl-C is the agent's to hear; our end comes by the socket.
	if (setsid() < 0 && errno != EPERM)
		return err_set(e, ERR_SYSTEM, errno, "new session");
	if (chdir("/") != 0)
		return err_set(e, ERR_SYSTEM, errno, "enter /");
	umask(077);
	return 0;
}

static int
confine(bool privileged, struct err *e)
{
	if (privileged && caps_keep(KEEP, e) != 0)
		return -1;
	if (caps_no_new_privs(e) != 0)
		return -1;
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "stop being dumpable");
	return seccomp_helper(e);
}

static int
explain(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("stockade-jail " PACKAGE_VERSION) < 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	fputs(usage, stderr);
	return EXIT_BAD_USE;
}

int
main(int argc, char **argv)
{
	static struct policy ceiling;
	static struct subgid sub = {.fd = -1};
	bool privileged = geteuid() == 0;
	struct err e;

	if (argc != 1 || fcntl(PEER, F_GETFD) < 0)
		return explain(argc, argv);
	if (prepare(&e) != 0 || read_ceiling(&ceiling, &e) != 0) {
		log_error(&e);
		return e.code == ERR_POLICY ? EXIT_CEILING : EXIT_BAD_USE;
	}
	if (!privileged)
		subgid_start(&sub);
	if (confine(privileged, &e) != 0 ||
	    serve(PEER, privileged ? NULL : &sub, &ceiling, &e) != 0) {
		log_error(&e);
		return EXIT_FAULT;
	}
	subgid_stop(&sub);
	return EXIT_OK;
}
