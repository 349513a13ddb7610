/* SPDX-License-Identifier: ISC */
/*
 * Presets: the hosts that a tool is configured to talk to, as rules.
 *
 * What a tool's configuration on this host says is followed, so that a mirror
 * is what is allowed where there is one, and no list of ours goes stale. No
 * file of the workspace has a say, but for git's remotes: what a command can
 * write must not be what says where the next one may go.
 */
#ifndef SRC_EGRESS_PRESET_H
#define SRC_EGRESS_PRESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What presets go by, beside the host's files. Each may be NULL. */
struct preset_where {
	const char *workspace; /* directory; NULL: none */
	bool writable;	       /* by commands: its .git/config, too */
	const char *base_url;  /* of the model in use */
	const char *root;      /* before each path of the system's: tests */
};

/* A preset in the making: a text of rules, and what is to be told of it. */
struct preset {
	const char *name;
	const struct preset_where *where;
	unsigned nrules;
	char *text, *notes; /* valid once ended */
	size_t len, notes_len;
	FILE *rules, *told;
};

/* A built-in one: its name, what it follows, and who fills it in. */
struct preset_info {
	const char *name, *what;
	void (*fill)(struct preset *o);
};

/* Row i of them, or NULL past the last. */
const struct preset_info *preset_info_at(size_t i);
/*
 * Makes the built-in one of that name. Returns 0, and *o is to be freed; -1
 * with errno ENOENT if there is none, else ENOMEM.
 */
int preset_make(struct preset *o, const char *name,
    const struct preset_where *where) __attribute__((warn_unused_result));
void preset_free(struct preset *o);

/*
 * For who fills one in. from says where a host stands: a file, a variable.
 * flags are a rule's, each after a blank. What is no host is noted, and one
 * that was said already is not said again.
 */
void preset_host(struct preset *o, const char *host, size_t len, unsigned port,
    const char *flags, const char *from);
/* The host and port of a URL; one that leads to no host says nothing. */
void preset_url(struct preset *o, const char *url, size_t len,
    const char *flags, const char *from);
/* Each URL that stands in a text, whatever is around it. */
void preset_urls(struct preset *o, const char *s, size_t len, const char *flags,
    const char *from);
/* Each URL in a variable of the environment, if that is set: whether it is. */
bool preset_variable(struct preset *o, const char *name);
/* A path of the system's; the caller's to free. NULL: no memory. */
char *preset_path(const struct preset *o, const char *path);
/* A sentence about what the preset lacks. */
void preset_note(struct preset *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A server that the configuration names may well be a private one. */
#define PRESET_CONFIGURED " private"
#define PRESET_BUILT_IN	  ""

void preset_apt(struct preset *o);
void preset_pip(struct preset *o);
void preset_npm(struct preset *o);
void preset_cargo(struct preset *o);
void preset_go(struct preset *o);
void preset_git(struct preset *o);
void preset_model(struct preset *o);

#endif
