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

void
command_look_text(
    struct command_judging *j, const char *text, size_t len, bool posix)
{
	const struct shell_word w = {text, len, 0};
	struct shell *sh = j->sh;

	if (!shell_read(sh, text, len, posix))
		command_doubt(
		    j, COMMAND_BY_UNPARSABLE, (struct command_words){&w, 1});
}

bool
command_join(struct command_judging *j, struct command_words w, bool posix)
{
	struct shell *sh = j->sh;
	size_t begin = sh->ntext, i;

	for (i = 0; i < w.n; i++) {
		if (command_unknown(&w.word[i]) ||
		    SHELL_TEXT_MAX - sh->ntext < w.word[i].len + 2)
			break;
		memcpy(sh->text + sh->ntext, w.word[i].s, w.word[i].len);
		sh->ntext += w.word[i].len;
		sh->text[sh->ntext++] = ' ';
	}
	if (i == w.n)
		command_look_text(
		    j, sh->text + begin, sh->ntext - begin, posix);
	sh->ntext = begin;
	return i == w.n;
}

/* How many words option word[i] takes; 0: it is not known. */
static size_t
option_words(const struct wrapper *r, const struct shell_word *w)
{
	char sought[40];
	const char *at;
	size_t i, n = strcspn(w->s, "=");

	if (command_unknown(w))
		return 0;
	if (w->s[1] == '-') {
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

/* A here-document or a file at its standard input: the last one counts. */
static const struct shell_redir *
input_of(const struct shell_command *c)
{
	size_t i;

	for (i = c->nredirs; i-- > 0;)
		if (c->redir[i].kind == SHELL_REDIR_HERE ||
		    c->redir[i].kind == SHELL_REDIR_READ)
			return &c->redir[i];
	return NULL;
}

/* A shell that reads its commands from its standard input. */
static void
look_input(struct command_judging *j, struct command_words w, bool posix)
{
	const struct shell_redir *r = input_of(j->c);

	if (r == NULL || command_unknown(&r->target))
		command_doubt(j, COMMAND_BY_CODE, w);
	else if (r->kind == SHELL_REDIR_HERE)
		command_look_text(j, r->target.s, r->target.len, posix);
}

/* sh -c TEXT, sh FILE, sh */
static void
look_shell(struct command_judging *j, struct command_words w)
{
	bool posix = strcmp(command_name(&w.word[0]), "bash") != 0, c = false;
	const struct shell_word *o;
	size_t i = 1;

	for (; i < w.n; i++) {
		o = &w.word[i];
		if (o->s[0] != '-' && o->s[0] != '+')
			break;
		if (o->s[1] == '\0' || strcmp(o->s, "--") == 0) {
			i++;
			break;
		}
		// -o pipefail, --rcfile FILE: the next word is theirs.
		c |= o->s[1] != '-' && strchr(o->s, 'c') != NULL;
		i += (o->s[1] != '-' && (o->s[o->len - 1] == 'o' ||
					    o->s[o->len - 1] == 'O')) ||
		     strcmp(o->s, "--rcfile") == 0 ||
		     strcmp(o->s, "--init-file") == 0;
	}
	if (i >= w.n && !c)
		look_input(j, w, posix);
	else if (i >= w.n || command_unknown(&w.word[i]))
		command_doubt(j, COMMAND_BY_CODE, w);
	else if (c)
		command_look_text(j, w.word[i].s, w.word[i].len, posix);
}

/* eval WORDS, watch COMMAND, trap TEXT SIGNAL, . FILE */
static void
look_text(struct command_judging *j, struct command_words w)
{
	const char *name = command_name(&w.word[0]);
	size_t i = 1;

	if (strcmp(name, "watch") == 0) {
		i = skip_options(
		    &(const struct wrapper){
			"watch", "bcdegtwxn:q:", " --interval= --color ", 0, 0},
		    w);
		if (i == 0)
			i = w.n;
	} else if (i < w.n && strcmp(w.word[i].s, "--") == 0) {
		i++;
	}
	if (strcmp(name, "trap") == 0) {
		if (w.n < i + 2 || strcmp(w.word[i].s, "-") == 0)
			return;
		w.n = i + 1;
	} else if (name[0] == '.' || strcmp(name, "source") == 0) {
		if (i < w.n && command_unknown(&w.word[i]))
			command_doubt(j, COMMAND_BY_CODE, w);
		return;
	}
	if (i < w.n &&
	    !command_join(j, (struct command_words){w.word + i, w.n - i},
		strcmp(name, "watch") == 0))
		command_doubt(j, COMMAND_BY_CODE, w);
}

static void
look_export(struct command_judging *j, struct command_words w)
{
	size_t i;

	for (i = 1; i < w.n; i++)
		if (command_assigns(&w.word[i]))
			command_doubt(j, COMMAND_BY_ASSIGNMENT,
			    (struct command_words){&w.word[i], 1});
}

void
command_look_within(struct command_judging *j, struct command_words w)
{
	static const char *const shells[] = {
	    "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", NULL};
	static const char *const texts[] = {
	    "eval", "watch", "trap", ".", "source", NULL};
	static const char *const exports[] = {
	    "export", "declare", "typeset", "local", "readonly", NULL};
	static const char *const finds[] = {"find", "fd", "fdfind", NULL};
	const char *name = command_name(&w.word[0]);
	size_t i;

	// command -v runs nothing.
	if (strcmp(name, "command") == 0 && w.n > 1 &&
	    (strcmp(w.word[1].s, "-v") == 0 || strcmp(w.word[1].s, "-V") == 0))
		return;
	for (i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		if (strcmp(name, wrappers[i].name) == 0)
			look_behind(j, &wrappers[i], w);
	if (is_any(name, shells))
		look_shell(j, w);
	else if (is_any(name, texts))
		look_text(j, w);
	else if (is_any(name, exports))
		look_export(j, w);
	else if (is_any(name, finds))
		look_exec(j, w);
}
