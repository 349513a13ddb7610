// SPDX-License-Identifier: ISC
// A policy read from a file, with its faults as errors.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/patterns.h"
#include "src/cli/policy_file.h"

enum {
	SHOWN = 100, // bytes of a path; what is wrong needs the rest
};

// The path's end, if all of it would crowd out line, column and reason.
static const char *
shown(const char *path, const char **dots)
{
	size_t n = strlen(path);

	*dots = n > SHOWN ? "..." : "";
	return n > SHOWN ? path + n - SHOWN : path;
}

static ssize_t
slurp(int fd, char *buf, size_t size)
{
	size_t at = 0;
	ssize_t n;

	while (at < size && (n = read(fd, buf + at, size - at)) != 0) {
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			at += (size_t)n;
	}
	return (ssize_t)at;
}

int
policy_file_read(const char *path, struct policy *p, struct err *e)
{
	// Not O_NONBLOCK: a policy may well come by a FIFO, <(...) say.
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	autofree char *text = malloc(POLICY_TEXT_MAX + 1);
	const char *dots, *name = shown(path, &dots);
	struct policy_fault f;
	ssize_t n;

	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "policy %s%s", dots, name);
	if (text == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "policy %s", name);
	n = slurp(fd, text, POLICY_TEXT_MAX + 1);
	if (n < 0)
		return err_set(e, ERR_POLICY, errno, "policy %s%s", dots, name);
	if (policy_parse(text, (size_t)n, p, &f) != 0)
		return err_set(e, ERR_POLICY, 0, "%s%s:%u:%u: %s", dots, name,
		    f.line, f.column, f.text);
	return 0;
}

int
policy_file_limit(const char *text, struct policy *p, struct err *e)
{
	struct policy_fault f;

	if (policy_parse_limit(text, p, &f) != 0)
		return err_set(e, ERR_USAGE, 0, "--limit %s: %s", text, f.text);
	return 0;
}

int
policy_file_net(const char *text, struct policy *p, struct err *e)
{
	struct policy_fault f;

	if (policy_parse_net(text, p, &f) != 0)
		return err_set(
		    e, ERR_USAGE, 0, "--net %.80s: %s", text, f.text);
	return 0;
}

int
policy_file_complete(const char *path, const struct preset_where *where,
    struct policy *p, struct err *e)
{
	struct include_trail trail;
	int rc = include_expand(p, path, where, &trail, e);

	if (trail.notes != NULL)
		fputs(trail.notes, stderr);
	include_free(&trail);
	return rc == 0 ? patterns_check(p, path, e) : -1;
}
