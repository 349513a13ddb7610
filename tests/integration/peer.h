/* SPDX-License-Identifier: ISC */
/*
 * A peer of the real helper that says whatever it likes, as root and as an
 * ordinary user; and how to tell that nothing of a session is left.
 */
#ifndef TESTS_INTEGRATION_PEER_H
#define TESTS_INTEGRATION_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "jail/wire/wire.h"

enum peer_way {
	PEER_ROOT,
	PEER_ROOTLESS
};

struct peer {
	pid_t pid; /* of the helper; 0: has been waited for */
	int sock;  /* to the helper */
	int chan;  /* to pid 1, once the box stands */
	int err;   /* the helper's stderr */
	uint32_t seq;
	struct wire_msg m;	  /* the last message received */
	struct wire_exited ended; /* the last EXITED */
	unsigned nended;
	bool early; /* it came in the place of STARTED, and is not heard yet */
};

struct peer_test {
	const char *name;
	void (*run)(void);
};

/* Runs tests in each way in that this user has. helper: its file name at the
 * top of the build tree. Returns main's value. */
int peer_main(const char *name, const char *helper,
    const struct peer_test *tests, size_t n);
/* One argument for the helpers to come; NULL: none. */
void peer_argument(const char *text);
/* Called by the process that becomes a helper, from now on; NULL: not. */
void peer_before(void (*f)(void));
/* Which way it is now, and its workspace (mode 0755, its user's). */
enum peer_way peer_way(void);
const char *peer_dir(void);
/* A file below it, or "". The next two calls overwrite it. */
const char *peer_path(const char *name);

/* Starts a helper. passcred: as way_in does, before anything is said; without
 * it HELLO is said before there is a helper. */
void peer_start(struct peer *p, int passcred);
/* Says, and expects to be heard or (ended already) not. */
void
peer_say(struct peer *p, enum wire_type type, const void *body, const int *fds);
/* The next message, which must be of that type. */
void peer_hear(struct peer *p, enum wire_type type);
/* HELLO; with BEGIN; to STANDING, the channel taken; COMMIT of that alone. */
void peer_greet(struct peer *p);
void peer_begin(struct peer *p);
void peer_build(struct peer *p);
void peer_commit(struct peer *p);
/* Lets answers pass until the helper ends; it exits with status, its log
 * holds why (NULL: is empty), and nothing is left. */
void peer_ended(struct peer *p, int status, const char *why);
/* Says goodbye, and the same with status 0. */
void peer_leave(struct peer *p);

/* COMMAND, to DONE. */
void peer_command(struct peer *p, uint32_t cmd);
/* EXEC, no answer yet; strings is a descriptor. */
void peer_exec_raw(struct peer *p, const struct wire_exec *x, int strings);
/* EXEC of an argument vector ended by NULL, stdio /dev/null. */
void peer_exec(struct peer *p, uint32_t cmd, char *const *argv);
/* The same with a time. */
void
peer_exec_for(struct peer *p, uint32_t cmd, char *const *argv, uint64_t ms);
/* To pid 1. The answer must be of that type; EXITED is noted aside. */
void peer_say_inside(
    struct peer *p, enum wire_type type, const void *body, const int *fds);
void peer_hear_inside(struct peer *p, enum wire_type type);
/* FAILED, with that code. */
void peer_failed_inside(struct peer *p, enum err_code code);
/* Waits for the end of a command and finishes it. */
void peer_finish(struct peer *p, uint32_t cmd);
/* A command from COMMAND to FINISH; returns its exit code. */
int peer_run(struct peer *p, uint32_t cmd, char *const *argv);

#endif
