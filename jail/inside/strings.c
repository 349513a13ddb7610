// SPDX-License-Identifier: ISC
// The strings of a command, which the agent's half may have written anyhow:
// as many as it says, each with its end, and nothing behind them.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "jail/inside/strings.h"

void
strings_unmap(struct strings *s)
{
	if (s->mapped != 0)
		munmap(s->text, s->mapped);
	if (s->table_size != 0)
		munmap(s->table, s->table_size);
}

static int
strings_split(struct strings *s, const struct wire_exec *x, struct err *e)
{
	char *p = s->text, *end = s->text + s->size;
	uint32_t i, n = x->argc + x->envc;

	s->cwd = p;
	s->argv = s->table;
	s->envp = s->table + x->argc + 1;
	for (i = 0; i < n; i++) {
		p = memchr(p, '\0', (size_t)(end - p));
		if (p == NULL || ++p >= end)
			return err_set(e, ERR_PROTOCOL, 0,
			    "EXEC has fewer strings than it says");
		if (i < x->argc)
			s->argv[i] = p;
		else
			s->envp[i - x->argc] = p;
	}
	if (memchr(p, '\0', (size_t)(end - p)) != end - 1)
		return err_set(
		    e, ERR_PROTOCOL, 0, "EXEC has more strings than it says");
	return 0;
}

static int
strings_check(const struct wire_exec *x, int fd, struct err *e)
{
	const int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW;
	int has = fcntl(fd, F_GET_SEALS); // -1, all bits: not a memfd
	struct stat st;

	if (x->argc < 1 || x->argc > WIRE_ARGC_MAX ||
	    x->envc > WIRE_ARGC_MAX - x->argc || x->size < 4 ||
	    x->size > WIRE_ARGS_MAX)
		return err_set(e, ERR_LIMIT, 0,
		    "command line and environment are too large");
	// Sealed: what is checked now is what is used later.
	if (fstat(fd, &st) != 0 || st.st_size != (off_t)x->size || has < 0 ||
	    (has & seals) != seals)
		return err_set(e, ERR_PROTOCOL, 0, "EXEC without sealed text");
	return 0;
}

int
strings_map(struct strings *s, const struct wire_exec *x, int fd, struct err *e)
{
	size_t table_size = (x->argc + x->envc + 2) * sizeof(char *);
	void *p;

	if (strings_check(x, fd, e) != 0)
		return -1;
	p = mmap(NULL, x->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, errno, "map the strings");
	s->text = p;
	s->size = s->mapped = x->size;
	p = mmap(NULL, table_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, errno, "map the table");
	s->table = p;
	s->table_size = table_size;
	return strings_split(s, x, e);
}

int
strings_take(struct strings *s, struct wire_exec_text *t, struct err *e)
{
	static char *table[WIRE_TEXT_MAX + 2];
	const struct wire_exec *x = &t->exec;
	size_t behind;

	// Each string has an end, and the directory, too.
	if (x->argc < 1 || x->size > WIRE_TEXT_MAX || x->argc >= x->size ||
	    x->envc >= x->size - x->argc)
		return err_set(e, ERR_PROTOCOL, 0,
		    "EXEC_TEXT says more strings than it has room for");
	behind = WIRE_TEXT_MAX - x->size;
	if (behind != 0 && (t->text[x->size] != '\0' ||
			       memcmp(t->text + x->size, t->text + x->size + 1,
				   behind - 1) != 0))
		return err_set(
		    e, ERR_PROTOCOL, 0, "EXEC_TEXT has more than it says");
	s->text = t->text;
	s->size = x->size;
	s->table = table;
	table[x->argc] = table[x->argc + 1 + x->envc] = NULL;
	return strings_split(s, x, e);
}
