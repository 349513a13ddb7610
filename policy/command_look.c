// SPDX-License-Identifier: ISC
// Programs that run what their arguments say: what that is.
#include <ctype.h>
#include <string.h>
#include "policy/command_parts.h"
#include "policy/command_rule.h"

/* A program that runs the command behind its options and operands. */
struct wrapper {
	const char *name;
	const char *letters; /* as getopt(3) has them */
	const char *longs;   /* " --name " or " --name= " */
	unsigned operands;   /* before the command */
	bool more;	     /* words are added to the command */
};

static const struct wrapper wrappers[] = {
    {"env", "i0vu:C:", " --ignore-environment --unset= --chdir= --null ", 0,
	false},
    {"nice", "n:", " --adjustment= ", 0, false},
    {"ionice", "tc:n:", " --class= --classdata= --ignore ", 0, false},
    {"nohup", "", "", 0, false},
    {"setsid", "cfw", " --ctty --fork --wait ", 0, false},
    {"stdbuf", "i:o:e:", " --input= --output= --error= ", 0, false},
    {"timeout", "vpfk:s:",
	" --kill-after= --signal= --preserve-status --foreground --verbose ", 1,
	false},
    {"time", "apvqo:f:",
	" --append --portability --verbose --quiet --output= "
	"--format= ",
	0, false},
    {"exec", "cla:", "", 0, false},
    {"command", "p", "", 0, false},
    {"builtin", "", "", 0, false},
    {"sudo", "AbEHknPSg:u:h:p:C:D:T:",
	" --user= --group= --preserve-env --set-home --non-interactive ", 0,
	false},
    {"doas", "nu:", "", 0, false},
    {"taskset", "acp", "", 1, false},
    {"flock", "sxnuoFw:E:",
	" --shared --exclusive --nonblock --timeout= --close --no-fork ", 1,
	false},
    {"busybox", "", "", 0, false},
    {"strace", "cCdfhiknqrtTvVwxyYzZFe:a:b:E:I:o:O:p:P:s:S:u:U:X:", "", 0,
	false},
    {"ltrace", "cCfhirStTa:A:D:e:F:l:L:n:o:p:s:u:w:x:X:", "", 0, false},
    {"fakeroot", "", "", 0, false},
    {"xargs", "0rtxopa:d:E:I:L:n:P:s:",
	" --null --no-run-if-empty --verbose --exit --open-tty --arg-file= "
	"--delimiter= --max-lines= --max-args= --max-procs= --max-chars= ",
	0, true},
};

const char *
command_name(const struct shell_word *w)
{
	const char *name = strrchr(w->s, '/');

	return name != NULL ? name + 1 : w->s;
}

bool
command_unknown(const struct shell_word *w)
{
	return (w->flags & (SHELL_DYNAMIC | SHELL_GLOB)) != 0;
}

static bool
is_any(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* How many words --option takes; 0: it is not known. */
static size_t
long_option_words(const struct wrapper *r, const struct shell_word *w)
{
	size_t n = strcspn(w->s, "=");
	char sought[40];
	const char *at;

	if (n + 4 > sizeof(sought))
		return 0;
	sought[0] = ' ';
	memcpy(sought + 1, w->s, n);
	sought[n + 1] = '\0';
	at = strstr(r->longs, sought);
	if (at == NULL || (at[n + 1] != ' ' && at[n + 1] != '='))
		return 0;
	return at[n + 1] == '=' && w->s[n] == '\0' ? 2 : 1;
}

/* The same of an option of either kind. */
static size_t
option_words(const struct wrapper *r, const struct shell_word *w)
{
	const char *at;
	size_t i;

	if (command_unknown(w))
		return 0;
	if (w->s[1] == '-')
		return long_option_words(r, w);
	for (i = 1; i < w->len; i++) {
		at = strchr(r->letters, w->s[i]);
		if (at == NULL || w->s[i] == ':')
			return 0;
		if (at[1] == ':')
			return i + 1 == w->len ? 2 : 1;
	}
	return 1;
}

/* Where the command begins behind a wrapper's options; 0: not known. */
static size_t
skip_options(const struct wrapper *r, struct command_words w)
{
	size_t i = 1, n;

	for (; i < w.n && w.word[i].s[0] == '-' && w.word[i].len > 1; i += n) {
		if (strcmp(w.word[i].s, "--") == 0)
			return i + 1;
		// nice -10
		n = strcmp(r->name, "nice") == 0 &&
			    isdigit((unsigned char)w.word[i].s[1])
			? 1
			: option_words(r, &w.word[i]);
		if (n == 0)
			return 0;
	}
	return i;
}

/* What xargs -I says that is replaced; NULL: nothing is, words are added. */
static const char *
replaced(struct command_words w, size_t end)
{
	size_t i;

	for (i = 1; i < end; i++) {
		if (strcmp(w.word[i].s, "-I") == 0 && i + 1 < end)
			return w.word[i + 1].s;
		if (strncmp(w.word[i].s, "-I", 2) == 0)
			return w.word[i].s + 2;
	}
	return NULL;
}

/*
 * The command with words that are only known when it runs: those with mark in
 * them, or one more where that is NULL.
 */
static void
look_filled(struct command_judging *j, struct command_words w, const char *mark)
{
	struct shell *sh = j->sh;
	size_t begin = sh->nwords, i;

	if (SHELL_WORDS_MAX - begin < w.n + 1) {
		command_doubt(j, COMMAND_BY_UNPARSABLE, w);
		return;
	}
	for (i = 0; i < w.n; i++) {
		sh->word[sh->nwords] = w.word[i];
		if (mark != NULL && strstr(w.word[i].s, mark) != NULL)
			sh->word[sh->nwords].flags |= SHELL_DYNAMIC;
		sh->nwords++;
	}
	if (mark == NULL)
		sh->word[sh->nwords++] =
		    (struct shell_word){"...", 3, SHELL_DYNAMIC};
	command_look(
	    j, (struct command_words){sh->word + begin, sh->nwords - begin});
	sh->nwords = begin;
}

/* The command behind a wrapper's own words. */
static void
look_behind(
    struct command_judging *j, const struct wrapper *r, struct command_words w)
{
	size_t i = skip_options(r, w);
	struct command_words in;

	if (i == 0) {
		command_doubt(j, COMMAND_BY_UNKNOWN, w);
		return;
	}
	i += r->operands;
	for (; i < w.n && strchr(w.word[i].s, '=') != NULL &&
	       (strcmp(r->name, "env") == 0 || strcmp(r->name, "sudo") == 0);
	     i++)
		if (command_assigns(&w.word[i]))
			command_doubt(j, COMMAND_BY_ASSIGNMENT,
			    (struct command_words){&w.word[i], 1});
	if (i >= w.n)
		return;
	in = (struct command_words){w.word + i, w.n - i};
	if (r->more)
		look_filled(j, in, replaced(w, i));
	else
		command_look(j, in);
}

/* find -exec COMMAND ; and fd -x COMMAND */
static void
look_exec(struct command_judging *j, struct command_words w)
{
	static const char *const of_find[] = {
	    "-exec", "-execdir", "-ok", "-okdir", NULL};
	static const char *const of_fd[] = {
	    "-x", "-X", "--exec", "--exec-batch", NULL};
	const char *const *names =
	    strcmp(command_name(&w.word[0]), "find") == 0 ? of_find : of_fd;
	size_t i, from;

	for (i = 1; i < w.n; i++) {
		if (!is_any(w.word[i].s, names))
			continue;
		for (from = ++i; i < w.n; i++)
			if (strcmp(w.word[i].s, ";") == 0 ||
			    strcmp(w.word[i].s, "+") == 0)
				break;
		if (i > from)
			look_filled(j,
			    (struct command_words){w.word + from, i - from},
			    "{}");
	}
}

static void
look_watch(struct command_judging *j, struct command_words w)
{
	const struct wrapper r = {.name = "watch",
	    .letters = "bcdegtwxn:q:",
	    .longs = " --interval= --color "};
	size_t i = skip_options(&r, w);

	if (i == 0)
		command_doubt(j, COMMAND_BY_UNKNOWN, w);
	else
		command_look_joined(j, w, i, true);
}

static const struct {
	const char *name;
	void (*look)(struct command_judging *j, struct command_words w);
} others[] = {
    {"watch", look_watch},
    {"find", look_exec},
    {"fd", look_exec},
    {"fdfind", look_exec},
};

void
command_look_within(struct command_judging *j, struct command_words w)
{
	const char *name = command_name(&w.word[0]);
	size_t i;

	// command -v runs nothing.
	if (w.n > 1 && strcmp(name, "command") == 0 &&
	    (strcmp(w.word[1].s, "-v") == 0 || strcmp(w.word[1].s, "-V") == 0))
		return;
	for (i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		if (strcmp(name, wrappers[i].name) == 0)
			look_behind(j, &wrappers[i], w);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i].name) == 0)
			others[i].look(j, w);
	command_look_in_text(j, w);
}
