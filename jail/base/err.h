/* SPDX-License-Identifier: ISC */
/*
 * Errors are values: a stable code, errno, and a text that grows prefixes on
 * its way up. Plain fixed-size data: no heap, valid after clone, crosses the
 * wire as it is.
 */
#ifndef JAIL_BASE_ERR_H
#define JAIL_BASE_ERR_H

#include <stdint.h>

/* name, value on the wire (never reused), what it means and what to do */
#define ERR_TABLE(X)                                                          \
	X(NONE, 0, "no error")                                                \
	X(USAGE, 1, "the command line is wrong; see --help")                  \
	X(POLICY, 2, "a policy text is wrong; mend the named line")           \
	X(REFUSED, 3, "the administrator's ceiling does not allow this")      \
	X(PROTOCOL, 4, "the peer broke the wire protocol")                    \
	X(GONE, 5, "the process at the other end is gone")                    \
	X(SYSTEM, 6, "a system call failed")                                  \
	X(NAMESPACE, 7, "a namespace could not be made")                      \
	X(IDMAP, 8, "user and group ids could not be mapped")                 \
	X(CGROUP, 9, "a control group could not be made or used")             \
	X(MOUNT, 10, "a part of the sandbox's file system failed to mount")   \
	X(NET, 11, "the sandbox's network could not be set up")               \
	X(SECCOMP, 12, "the system call filter could not be loaded")          \
	X(LANDLOCK, 13, "the Landlock rules could not be applied")            \
	X(CAPS, 14, "privileges could not be dropped")                        \
	X(EXEC, 15, "the command could not be executed")                      \
	X(FILE, 16, "a file inside the sandbox could not be used")            \
	X(LIMIT, 17, "a bound of the protocol or of the sandbox was reached") \
	X(MODEL, 18, "the model's server failed or answered nonsense")        \
	X(REPLAY, 19, "the run no longer matches its recorded transcript")    \
	X(SESSION, 20, "the session file could not be written or read")       \
	X(INTERRUPTED, 21, "stopped by a signal")                             \
	X(INTERNAL, 22, "a fault of stockade's own; please report it")        \
	X(DEGRADED, 23, "the sandbox would be weaker than was asked for")

enum err_code {
#define X(id, value, what) ERR_##id = value,
	ERR_TABLE(X)
#undef X
	ERR__END
};

struct err {
	uint32_t code;	   /* enum err_code */
	int32_t sys_errno; /* or 0 */
	char text[240];	   /* NUL-terminated; what, to what, and why */
};

/*
 * Fills *e (which may be NULL) with code, errno value and text; the errno's
 * own words are appended when sys is not 0. Returns -1, so that
 * `return err_set(e, ERR_MOUNT, errno, "bind %s", dst);` is a whole path.
 */
int err_set(struct err *e, enum err_code code, int sys, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts a context before the text of *e: "context: text". Returns -1. */
int err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The code's name in lower case ("mount"), and its sentence. */
const char *err_name(uint32_t code);
const char *err_sentence(uint32_t code);

/* Every fallible function: 0 or a descriptor on success, -1 on failure. */
#define MUST_CHECK __attribute__((warn_unused_result))

#endif
