// SPDX-License-Identifier: ISC
// Options: read from a command's table, and its --help laid out from it.
#include <stdlib.h>
#include <string.h>
#include "src/cli/options.h"

#define WIDTH	    80 // columns of --help
#define HELP_COLUMN 24 // where the sentences start
#define WORD_MAX    48 // longer words are nobody's misspelling

/* As a shell's completion reads it: long form, letter, value, sentence. */
static void
print_table(const struct option_command *cmd)
{
	const struct option_def *d;

	for (d = cmd->defs; d->name != NULL; d++)
		printf("--%s\t%s%.1s\t%s\t%s\n", d->name,
		    d->letter != '\0' ? "-" : "", &d->letter,
		    d->arg != NULL ? d->arg : "", d->help);
}

void
options_begin(struct option_state *s, const struct option_command *cmd,
    int argc, char **argv)
{
	memset(s, 0, sizeof(*s));
	s->cmd = cmd;
	s->argc = argc;
	s->argv = argv;
	s->next = 1;
	if (argc == 2 && strcmp(argv[1], "--print-options") == 0) {
		print_table(cmd);
		exit(fflush(stdout) != 0);
	}
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance of the first len bytes of word to name. */
static size_t
distance(const char *word, size_t len, const char *name)
{
	size_t row[WORD_MAX + 1], i, j, diagonal, above;
	size_t n = strlen(name);

	if (len > WORD_MAX || n > WORD_MAX)
		return WORD_MAX;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; i <= len; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			above = row[j];
			row[j] = smallest(above + 1, row[j - 1] + 1,
			    diagonal + (word[i - 1] != name[j - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

/* The option that was probably meant, or NULL. */
static const char *
nearest(const struct option_command *cmd, const char *word, size_t len)
{
	const struct option_def *d;
	const char *best = NULL;
	size_t least = WORD_MAX, n, allowed;

	for (d = cmd->defs; d->name != NULL; d++) {
		n = distance(word, len, d->name);
		// A beginning that was cut short is as good as one slip.
		if (len >= 2 && strncmp(d->name, word, len) == 0)
			n = 1;
		if (n < least) {
			least = n;
			best = d->name;
		}
	}
	allowed = len <= 3 ? 1 : len <= 6 ? 2 : 3;
	return least <= allowed ? best : NULL;
}

static int
unknown_long(
    const struct option_state *s, const char *word, size_t len, struct err *e)
{
	const char *near = nearest(s->cmd, word, len);

	if (near != NULL)
		err_set(e, ERR_USAGE, 0,
		    "unknown option --%.*s; did you mean --%s?",
		    (int)(len > 60 ? 60 : len), word, near);
	else
		err_set(e, ERR_USAGE, 0, "unknown option --%.*s; see --help",
		    (int)(len > 60 ? 60 : len), word);
	return -2;
}

static int
next_long(struct option_state *s, const char *word, struct err *e)
{
	const struct option_def *defs = s->cmd->defs;
	size_t len = strcspn(word, "=");
	const char *value = word[len] == '=' ? word + len + 1 : NULL;
	int i;

	for (i = 0; defs[i].name != NULL; i++)
		if (strlen(defs[i].name) == len &&
		    memcmp(defs[i].name, word, len) == 0)
			break;
	if (defs[i].name == NULL)
		return unknown_long(s, word, len, e);
	if (defs[i].arg == NULL && value != NULL) {
		err_set(e, ERR_USAGE, 0, "option --%s takes no value",
		    defs[i].name);
		return -2;
	}
	if (defs[i].arg != NULL && value == NULL) {
		if (s->next >= s->argc) {
			err_set(e, ERR_USAGE, 0,
			    "option --%s needs a value: %s", defs[i].name,
			    defs[i].arg);
			return -2;
		}
		value = s->argv[s->next++];
	}
	s->value = value;
	return i;
}

static int
next_letter(struct option_state *s, struct err *e)
{
	const struct option_def *defs = s->cmd->defs;
	char c = *s->inner++;
	int i;

	for (i = 0; defs[i].name != NULL; i++)
		if (defs[i].letter == c)
			break;
	if (defs[i].name == NULL) {
		if (c > ' ' && c < 0x7f)
			err_set(e, ERR_USAGE, 0,
			    "unknown option -%c; see --help", c);
		else
			err_set(e, ERR_USAGE, 0,
			    "unknown option -\\x%02x; see --help",
			    (unsigned char)c);
		return -2;
	}
	if (defs[i].arg == NULL) {
		if (*s->inner == '\0')
			s->inner = NULL;
		return i;
	}
	if (*s->inner != '\0') {
		s->value = s->inner; // -Cdir
	} else if (s->next < s->argc) {
		s->value = s->argv[s->next++]; // -C dir
	} else {
		err_set(e, ERR_USAGE, 0, "option -%c needs a value: %s", c,
		    defs[i].arg);
		return -2;
	}
	s->inner = NULL;
	return i;
}

int
options_next(struct option_state *s, struct err *e)
{
	const char *word;

	s->value = NULL;
	if (s->inner != NULL)
		return next_letter(s, e);
	if (s->next >= s->argc)
		return -1;
	word = s->argv[s->next];
	if (word[0] != '-' || word[1] == '\0') // a lone "-" is an operand
		return -1;
	s->next++;
	if (strcmp(word, "--") == 0)
		return -1;
	if (word[1] == '-')
		return next_long(s, word + 2, e);
	s->inner = word + 1;
	return next_letter(s, e);
}

/* Writes text from column on, broken at spaces, indented by indent. */
static void
wrap(FILE *f, const char *text, size_t column, size_t indent)
{
	const char *p = text;
	bool first = true;
	size_t n;

	for (; *p != '\0'; p += *p == ' ') {
		n = strcspn(p, " ");
		if (!first && column + 1 + n > WIDTH) {
			fprintf(f, "\n%*s", (int)indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', f);
			column++;
		}
		first = false;
		fwrite(p, 1, n, f);
		column += n;
		p += n;
	}
	fputc('\n', f);
}

void
options_help(const struct option_command *cmd, FILE *f)
{
	const struct option_def *d;
	int n;

	n = fprintf(f, "usage: stockade %s ", cmd->name);
	wrap(f, cmd->synopsis, n < 0 ? 0 : (size_t)n, 8);
	wrap(f, cmd->about, 0, 0);
	fputc('\n', f);
	for (d = cmd->defs; d->name != NULL; d++) {
		if (d->letter != '\0')
			n = fprintf(f, "  -%c, --%s", d->letter, d->name);
		else
			n = fprintf(f, "      --%s", d->name);
		if (d->arg != NULL)
			n += fprintf(f, " %s", d->arg);
		if (n + 2 > HELP_COLUMN) {
			fputc('\n', f);
			n = 0;
		}
		fprintf(f, "%*s", HELP_COLUMN - n, "");
		wrap(f, d->help, HELP_COLUMN, HELP_COLUMN);
	}
}
