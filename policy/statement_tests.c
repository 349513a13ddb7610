// SPDX-License-Identifier: ISC
// What becomes of an agent's run whose changes make the tests easier to pass.
#include "policy/statement.h"

static const char *const verdicts[] = {
    [WEAKENED_REPORT] = "report",
    [WEAKENED_REFUSE] = "refuse",
};
#define VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))

int
statement_weakened(struct draft *d, const struct statement *st)
{
	size_t i;

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling says nothing of tests: it belongs in a policy");
	if (d->weakened_line != 0)
		return words_fault(d->f, &st->head,
		    "\"weakened-tests\" is set twice: first on line %u",
		    (unsigned)d->weakened_line);
	d->weakened_line = st->head.line;
	for (i = 0; i < VERDICTS; i++) {
		if (!words_is(&st->arg[0], verdicts[i]))
			continue;
		d->p.weakened_tests = (enum policy_weakened)i;
		return 0;
	}
	return statement_unknown(
	    d->f, &st->arg[0], "weakened-tests", verdicts, VERDICTS);
}
