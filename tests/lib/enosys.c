// SPDX-License-Identifier: ISC
// An older kernel, as far as a program can tell: the named system calls fail.
//
// usage: enosys NAME[=ERRNO][,NAME[=ERRNO]...] PROGRAM [ARGUMENT...]
//
// A call without an errno fails with ENOSYS. NAME may be a number. The filter
// is inherited by all that PROGRAM starts and cannot be taken off. Exits with
// 125 if it cannot be put on, 126 or 127 if PROGRAM cannot be executed.
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_OURS = 125,
	ERRNO_MAX = 4095,
};

static int
fail(const char *what, const char *name)
{
	fprintf(
	    stderr, "enosys: %s%s%s\n", what, *name != '\0' ? ": " : "", name);
	return EXIT_OURS;
}

static int
number_of(const char *name)
{
	char *end;
	long n = strtol(name, &end, 10);

	if (*name != '\0' && *end == '\0' && n >= 0 && n < 1 << 20)
		return (int)n;
	n = seccomp_syscall_resolve_name(name);
	// Minus: a call of other machines that this one never had.
	return n < 0 ? -1 : (int)n;
}

static int
errno_of(const char *name)
{
	const char *known;
	int i;

	for (i = 1; i <= ERRNO_MAX; i++) {
		known = strerrorname_np(i);
		if (known != NULL && strcmp(known, name) == 0)
			return i;
	}
	return -1;
}

static int
add(scmp_filter_ctx filter, char *word)
{
	char *equals = strchr(word, '=');
	int nr, error = ENOSYS;

	if (equals != NULL) {
		*equals = '\0';
		error = errno_of(equals + 1);
		if (error < 0)
			return fail("no such errno", equals + 1);
	}
	nr = number_of(word);
	if (nr < 0)
		return fail("no such system call here", word);
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)error), nr, 0) !=
	    0)
		return fail("cannot refuse", word);
	return 0;
}

int
main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	char *word, *save = NULL;
	int rc;

	if (argc < 3)
		return fail("usage: enosys NAME[=ERRNO][,...] PROGRAM", "");
	if (filter == NULL)
		return fail("no memory", "");
	// What comes by another entry is none of our business.
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	// no_new_privs is set by libseccomp, unless it is told not to.
	for (word = strtok_r(argv[1], ",", &save); word != NULL;
	     word = strtok_r(NULL, ",", &save)) {
		rc = add(filter, word);
		if (rc != 0)
			return rc;
	}
	rc = seccomp_load(filter);
	if (rc != 0)
		return fail("cannot load the filter", strerror(-rc));
	seccomp_release(filter);
	execvp(argv[2], argv + 2);
	rc = errno;
	fprintf(stderr, "enosys: %s: %s\n", argv[2], strerror(rc));
	return rc == ENOENT ? 127 : 126;
}
