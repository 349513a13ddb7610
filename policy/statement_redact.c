// SPDX-License-Identifier: ISC
// What an agent is to strike out, too. A pattern is only kept here: to
// compile it takes memory, and who does that tells what is wrong with it.
#include <string.h>
#include "policy/statement.h"

int
statement_redact(struct draft *d, const struct statement *st)
{
	const struct word *w = &st->arg[0];
	struct policy_redact *one;
	char show[WORDS_SHOW_MAX];

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling strikes nothing out: that belongs in a policy");
	if (w->len == 0 || w->len >= POLICY_REDACT_ERE_MAX)
		return words_fault(d->f, w,
		    "%s is no pattern: it has 1 to %d bytes",
		    words_show(w, show), POLICY_REDACT_ERE_MAX - 1);
	if (d->p.nredacts == POLICY_REDACTS_MAX)
		return words_fault(d->f, &st->head, "more than %d redact lines",
		    POLICY_REDACTS_MAX);
	one = &d->p.redact[d->p.nredacts++];
	memset(one, 0, sizeof(*one));
	one->line = w->line;
	one->column = w->column;
	memcpy(one->ere, w->s, w->len);
	return 0;
}
