// SPDX-License-Identifier: ISC
// A command's strings: in a message if they fit, else in a sealed memfd.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/args.h"

#ifndef MFD_NOEXEC_SEAL
#	define MFD_NOEXEC_SEAL 8U // Linux 6.3
#endif

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static size_t
add(char *dst, const char *s)
{
	size_t n = strlen(s) + 1;

	if (dst != NULL)
		memcpy(dst, s, n);
	return n;
}

// Counts with dst NULL, copies else.
static size_t
lay_out(char *dst, const struct box_command *c, struct wire_exec *x)
{
	size_t n = 0;
	char *const *p;

	n += add(dst, c->cwd != NULL ? c->cwd : SPEC_WORKSPACE);
	for (p = c->argv; *p != NULL; p++)
		n += add(dst != NULL ? dst + n : NULL, *p);
	x->argc = (uint32_t)(p - c->argv);
	for (p = c->envp; *p != NULL; p++)
		n += add(dst != NULL ? dst + n : NULL, *p);
	x->envc = (uint32_t)(p - c->envp);
	return n;
}

static int
make_memfd(void)
{
	int fd = memfd_create(
	    "stockade-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(
		    "stockade-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

bool
args_fit(const struct box_command *c, struct wire_exec_text *t)
{
	size_t n = lay_out(NULL, c, &t->exec);

	if (n > sizeof(t->text))
		return false;
	lay_out(t->text, c, &t->exec);
	t->exec.size = (uint32_t)n;
	return true;
}

int
args_pack(const struct box_command *c, struct wire_exec *x, struct err *e)
{
	size_t n = lay_out(NULL, c, x);
	autofree char *text = NULL;
	autoclose int fd = -1;

	if (n > WIRE_ARGS_MAX || x->argc + x->envc > WIRE_ARGC_MAX)
		return err_set(e, ERR_LIMIT, E2BIG,
		    "command line and environment of %zu bytes", n);
	text = malloc(n);
	if (text == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "command line");
	lay_out(text, c, x);
	x->size = (uint32_t)n;
	fd = make_memfd();
	if (fd < 0 || fd_write_all(fd, text, n) != 0 ||
	    fcntl(fd, F_ADD_SEALS, SEALS) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pass the command line");
	return take_fd(&fd);
}
