// SPDX-License-Identifier: ISC
// Statements about the model: whose protocol is spoken, and which is asked.
#include <string.h>
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A transcript is no provider for a policy: it is of one run. */
static const char *const providers[] = {
    "anthropic", "openai", "openai-responses"};

static int
check_once(struct draft *d, const struct statement *st, const char *now,
    uint32_t *line)
{
	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling has no model: it belongs in a policy");
	if (*line != 0)
		return words_fault(d->f, &st->head,
		    "\"%s\" is set twice: first on line %u", now,
		    (unsigned)*line);
	*line = st->head.line;
	return 0;
}

/* It goes into a request, and onto screens. */
static bool
is_name(const struct word *w)
{
	size_t i;

	for (i = 0; i < w->len; i++)
		if (w->s[i] <= ' ' || w->s[i] >= 0x7f)
			return false;
	return w->len > 0;
}

static int
set_model(struct draft *d, const struct word *w)
{
	char show[WORDS_SHOW_MAX];

	if (!is_name(w))
		return words_fault(d->f, w,
		    "%s is not a model's name: it has no spaces, and ASCII "
		    "characters alone",
		    words_show(w, show));
	if (w->len >= POLICY_MODEL_MAX)
		return words_fault(d->f, w, "%s is longer than %d bytes",
		    words_show(w, show), POLICY_MODEL_MAX - 1);
	memset(d->p.model, 0, sizeof(d->p.model));
	memcpy(d->p.model, w->s, w->len);
	return 0;
}

int
statement_model(struct draft *d, const struct statement *st)
{
	const struct word *w = &st->arg[0];
	size_t i;

	if (words_is(&st->head, "model")) {
		if (check_once(d, st, "model", &d->model_line) != 0)
			return -1;
		return set_model(d, w);
	}
	if (check_once(d, st, "provider", &d->provider_line) != 0)
		return -1;
	for (i = 0; i < COUNT(providers); i++) {
		if (!words_is(w, providers[i]))
			continue;
		memset(d->p.provider, 0, sizeof(d->p.provider));
		memcpy(d->p.provider, providers[i], strlen(providers[i]));
		return 0;
	}
	return statement_unknown(
	    d->f, w, "provider", providers, COUNT(providers));
}
