// SPDX-License-Identifier: ISC
// stockade-jail: the helper. Gives up what it does not need, then serves the
// one peer on descriptor 3 until that is gone; as a service, one peer in each
// of its processes.
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
#include "jail/ceiling.h"
#include "jail/image.h"
#include "jail/seccomp.h"
#include "jail/serve.h"
#include "jail/service.h"
#include "jail/wire/wire.h"

enum {
	PEER = 3,
	EXIT_OK = 0,
	EXIT_FAULT = 1,
	EXIT_BAD_USE = 2,
	EXIT_CEILING = 3,
};

// Mounts and their id maps; maps of others' ids; a map that holds host uid 0;
// the top of the cgroup tree, which its mode closes to its owner, too; and
// cgroup.procs, which changes hands.
#define KEEP                                                               \
	(1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SETUID | 1ULL << CAP_SETGID | \
	    1ULL << CAP_SETFCAP | 1ULL << CAP_DAC_OVERRIDE |               \
	    1ULL << CAP_CHOWN)

static const char usage[] =
    "usage: stockade-jail [--service]\n"
    "The sandbox helper of stockade(1), which starts it with a socket as\n"
    "descriptor 3. With --service that is a socket which waits for\n"
    "connections, or one connection. It is of no use by hand. See\n"
    "stockade-jail(8).\n";

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
	// The connections of a listening socket inherit it: what they say
	// before we look counts, too.
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

// Before the ceiling is read: it depends on who asks.
static int
meet(struct service_peer *peer, struct err *e)
{
	if (geteuid() != 0)
		return err_set(e, ERR_USAGE, 0, "--service is root's to start");
	if (service_listening(PEER) &&
	    (caps_keep(KEEP, e) != 0 || caps_no_new_privs(e) != 0 ||
		service_accept(PEER, e) != 0))
		return -1;
	return service_identify(PEER, peer, e);
}

static int
read_ceiling(
    struct policy *ceiling, const struct service_peer *peer, struct err *e)
{
	if (ceiling_read(CEILING_FILE, ceiling, e) != 0)
		return -1;
	if (peer == NULL)
		return 0;
	return ceiling_read_groups(CEILING_DIR, &peer->groups, ceiling, e);
}

static int
take_place(const struct policy *ceiling, const struct service_peer *peer,
    struct err *e)
{
	unsigned places = ceiling->service.boxes;

	return service_place(SERVICE_DIR "/boxes", peer->cred.uid,
	    places != 0 ? places : POLICY_BOXES, e);
}

static int
be_served(struct serve_as *as)
{
	struct err e;

	if (as->sub != NULL)
		subgid_start(as->sub);
	if (confine(as->sub == NULL, &e) == 0 && serve(PEER, as, &e) == 0)
		return EXIT_OK;
	log_error(&e);
	return EXIT_FAULT;
}

// A peer of the service cannot see our log. What is wrong with the ceiling or
// the machine is for the administrator to know.
static int
turn_away(struct serve_as *as, const struct err *why)
{
	static struct err told;
	int rc;

	if (why->code != ERR_REFUSED)
		log_error(why);
	if (as->known == NULL)
		return EXIT_CEILING;
	told = *why;
	if (why->code != ERR_REFUSED)
		err_set(&told, (enum err_code)why->code, 0,
		    "the service cannot be used before its administrator has "
		    "mended what its log tells");
	as->turn_away = &told;
	rc = be_served(as);
	return why->code == ERR_REFUSED ? rc : EXIT_CEILING;
}

static int
begin(struct serve_as *as, bool service)
{
	static struct policy ceiling;
	static struct service_peer peer;
	struct err e;

	if (prepare(&e) != 0 || (service && meet(&peer, &e) != 0)) {
		log_error(&e);
		return EXIT_BAD_USE;
	}
	as->ceiling = &ceiling;
	as->known = service ? &peer.cred : NULL;
	as->others = service && peer.groups.n > 1;
	if (read_ceiling(&ceiling, service ? &peer : NULL, &e) != 0 ||
	    (service && take_place(&ceiling, &peer, &e) != 0))
		return turn_away(as, &e);
	return be_served(as);
}

int
main(int argc, char **argv)
{
	static struct subgid sub = {.fd = -1};
	bool service = argc == 2 && strcmp(argv[1], "--service") == 0;
	struct serve_as as = {.sub = geteuid() == 0 ? NULL : &sub};
	struct err e;
	int status;

	if ((argc != 1 && !service) || fcntl(PEER, F_GETFD) < 0)
		return explain(argc, argv);
	if (image_hide(argv, &e) != 0) {
		log_error(&e);
		return EXIT_FAULT;
	}
	status = begin(&as, service);
	subgid_stop(&sub);
	return status;
}
