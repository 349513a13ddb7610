// SPDX-License-Identifier: ISC
// Statements that are no numbers: a choice of a few words, lists, the root.
#include <stdio.h>
#include <string.h>
#include "policy/scan.h"
#include "policy/statement.h"

// The directive is the choice's own name.
static enum spec_choice
choice_of(const struct word *head)
{
	enum spec_choice c = 0;

	while (c < CHOICE__COUNT - 1 && !words_is(head, spec_choice_name(c)))
		c++;
	return c;
}

int
statement_choice(struct draft *d, const struct statement *st)
{
	enum spec_choice c = choice_of(&st->head);
	const char *words[CHOICE_WORDS_MAX];
	uint32_t i;

	if (d->choice_line[c] != 0)
		return words_fault(d->f, &st->head,
		    "\"%s\" is set twice: first on line %u",
		    spec_choice_name(c), (unsigned)d->choice_line[c]);
	d->choice_line[c] = st->head.line;
	for (i = 0; (words[i] = spec_choice_word(c, i)) != NULL; i++) {
		if (!words_is(&st->arg[0], words[i]))
			continue;
		d->p.spec.choice[c] = i;
		return 0;
	}
	return statement_unknown(
	    d->f, &st->arg[0], spec_choice_name(c), words, i);
}

int
statement_item(struct draft *d, enum spec_list_id id, const struct word *w)
{
	struct spec_list *l = &d->p.spec.list[id];
	const char *why = spec_item_fault(id, w->s, w->len);
	char show[WORDS_SHOW_MAX];

	if (why != NULL)
		return words_fault(d->f, w, "%s: %s %s", spec_list_name(id),
		    words_show(w, show), why);
	if (l->n == SPEC_ITEMS_MAX)
		return words_fault(d->f, w, "more than %d words of \"%s\"",
		    SPEC_ITEMS_MAX, spec_list_name(id));
	memset(l->item[l->n], 0, SPEC_ITEM_MAX);
	memcpy(l->item[l->n++], w->s, w->len);
	return 0;
}

int
statement_list(struct draft *d, const struct statement *st)
{
	enum spec_list_id id =
	    words_is(&st->head, "protect") ? LIST_PROTECT : LIST_UNPROTECT;
	size_t i;

	if (d->p.ceiling && id == LIST_PROTECT)
		return words_fault(d->f, &st->head,
		    "a ceiling says what may be unprotected; all else stays "
		    "protected");
	for (i = 0; i < st->nargs; i++)
		if (statement_item(d, id, &st->arg[i]) != 0)
			return -1;
	return 0;
}

int
statement_root(struct draft *d, const struct statement *st)
{
	const struct word *w = &st->arg[0];
	char show[WORDS_SHOW_MAX];
	const char *why;

	if (d->root_line != 0)
		return words_fault(d->f, &st->head,
		    "\"root\" is set twice: first on line %u",
		    (unsigned)d->root_line);
	d->root_line = st->head.line;
	if (scan_path(w->s, w->len, d->p.spec.root, SPEC_PATH_MAX, &why) != 0)
		return words_fault(d->f, w, "%s %s", words_show(w, show), why);
	if (strcmp(d->p.spec.root, "/") == 0)
		return words_fault(d->f, w,
		    "\"/\" is the host's own root; leave the line out to use "
		    "the host's system");
	return 0;
}
