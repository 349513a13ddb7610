// SPDX-License-Identifier: ISC
// What a policy can ask for: a sandbox each, with what must then be refused.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/doctor/trial_asked.h"
#include "src/doctor/trial_further.h"
#include "src/doctor/trial_inside.h"

#define ROOT_PROBE "/usr/bin/" PROBE_PROGRAM

enum {
	CANNOT_EXECUTE = 126,
};

// Each does no harm and ends with 0 if it is told nothing. On some systems
// many of them are one file.
static const char *const programs[] = {
    "/bin/true", "/bin/sh", "/usr/bin/env", "/usr/bin/id", "/bin/bash"};

typedef void
in_box(struct trial *t, struct box *b, const struct place *p, struct err *e);

static void
try_one(struct trial *t, struct box *beside, const struct place *p,
    const struct spec *spec, struct asked_trial *a, in_box *ask)
{
	struct box *b = NULL;
	struct further f;

	a->tried = true;
	if (further_open(&f, t, beside, p, &a->err) == 0 &&
	    box_start(&b, f.helper, f.workspace, spec, &a->err) == 0) {
		a->stands = true;
		ask(t, b, p, &a->err);
		box_end(b);
	}
	further_close(&f);
}

// By its path, or by a program that is told its path. *e: the sandbox failed.
static int
status_of(struct box *b, const char *first, const char *second, struct err *e)
{
	char *argv[] = {
	    (char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
	struct capture out;
	struct err failed;
	int status;

	if (inside_run(b, argv, 0, 0, &out, &failed) != 0) {
		if (failed.code != ERR_EXEC)
			*e = failed;
		return CANNOT_EXECUTE;
	}
	status = out.result.signal != 0 ? 128 + out.result.signal
					: out.result.exit_code;
	capture_free(&out);
	return status;
}

// What the file names as its dynamic linker. It is the system's own.
static bool
read_loader(int fd, char *loader, size_t size)
{
	ElfW(Ehdr) h;
	ElfW(Phdr) s;
	ssize_t n;
	int i;

	if (fd < 0 || pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.e_ident, ELFMAG, SELFMAG) != 0)
		return false;
	for (i = 0; i < h.e_phnum; i++) {
		if (pread(fd, &s, sizeof(s),
			(off_t)(h.e_phoff + (size_t)i * sizeof(s))) !=
		    sizeof(s))
			return false;
		if (s.p_type != PT_INTERP)
			continue;
		n = (ssize_t)s.p_filesz;
		return s.p_filesz > 1 && s.p_filesz <= size &&
		       pread(fd, loader, s.p_filesz, (off_t)s.p_offset) == n &&
		       loader[n - 1] == '\0';
	}
	return false;
}

// Two that run without rules, and are two files.
static bool
find_programs(struct commands_trial *c, struct box *beside)
{
	autoclose int fd = -1;
	struct stat first = {0}, st;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (stat(programs[i], &st) != 0 ||
		    status_of(beside, programs[i], NULL, &e) != 0)
			continue;
		if (c->allowed == NULL) {
			c->allowed = programs[i];
			first = st;
		} else if (st.st_ino != first.st_ino ||
			   st.st_dev != first.st_dev) {
			c->other = programs[i];
			break;
		}
	}
	if (c->other == NULL)
		return false;
	fd = open(c->other, O_RDONLY | O_CLOEXEC);
	if (!read_loader(fd, c->loader, sizeof(c->loader)) ||
	    status_of(beside, c->loader, c->other, &e) != 0)
		c->loader[0] = '\0';
	return true;
}

static void
ask_commands(
    struct trial *t, struct box *b, const struct place *p, struct err *e)
{
	struct commands_trial *c = &t->commands;

	(void)p;
	c->allowed_status = status_of(b, c->allowed, NULL, e);
	c->other_status = status_of(b, c->other, NULL, e);
	if (c->loader[0] == '\0')
		return;
	c->allowed_loaded = status_of(b, c->loader, c->allowed, e);
	c->other_loaded = status_of(b, c->loader, c->other, e);
}

static void
try_commands(struct trial *t, struct box *beside, const struct place *p)
{
	static struct spec spec;
	struct spec_list *l = &spec.list[LIST_COMMAND];

	if (!find_programs(&t->commands, beside))
		return;
	spec = t->spec;
	l->n = 1;
	snprintf(l->item[0], sizeof(l->item[0]), "%s", t->commands.allowed);
	try_one(t, beside, p, &spec, &t->commands.box, ask_commands);
}

static void
ask_root(struct trial *t, struct box *b, const struct place *p, struct err *e)
{
	char *argv[] = {
	    (char[]){ROOT_PROBE}, (char[]){"some"}, (char[]){"tree"}, NULL};
	struct answer answers[PROBE__COUNT] = {{ANSWER_NONE, ""}};
	struct err failed;

	(void)p;
	if (inside_ask(b, argv, answers, PROBE_TREE, e, &failed) != 0)
		*e = failed;
	t->root.tree = answers[PROBE_TREE];
}

static void
try_root(struct trial *t, struct box *beside, const struct place *p)
{
	static struct spec spec;
	char path[PATH_MAX], loader[256];

	t->root.libraries = read_loader(p->probe, loader, sizeof(loader));
	if (t->root.libraries || !p->tree || realpath(p->root, path) == NULL ||
	    strlen(path) >= sizeof(spec.root))
		return;
	spec = t->spec;
	snprintf(spec.root, sizeof(spec.root), "%.*s",
	    (int)sizeof(spec.root) - 1, path);
	try_one(t, beside, p, &spec, &t->root.box, ask_root);
}

static void
ask_tight(struct trial *t, struct box *b, const struct place *p, struct err *e)
{
	char *argv[] = {(char[]){INSIDE_PROBE}, (char[]){"some"},
	    (char[]){"inet"}, (char[]){"exec-memory"}, (char[]){"exec-copy"},
	    NULL};
	struct err failed;

	if (inside_put(b, p->probe, &failed) != 0 ||
	    inside_ask(b, argv, t->tight.answer, PROBE_INET, e, &failed) != 0)
		*e = failed;
}

static void
try_tight(struct trial *t, struct box *beside, const struct place *p)
{
	static struct spec spec;

	spec = t->spec;
	spec.choice[CHOICE_SECCOMP] = SECCOMP_STRICT;
	spec.choice[CHOICE_EXEC] = EXEC_NO;
	try_one(t, beside, p, &spec, &t->tight.box, ask_tight);
}

void
asked_try(struct trial *t, struct box *beside, const struct place *p)
{
	try_commands(t, beside, p);
	try_root(t, beside, p);
	try_tight(t, beside, p);
}
