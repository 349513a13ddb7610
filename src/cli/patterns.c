// SPDX-License-Identifier: ISC
// A policy's patterns, compiled.
#include "src/cli/patterns.h"

static int
fault(const struct policy_redact *p, const char *path, const char *why,
    struct err *e)
{
	return err_set(e, ERR_POLICY, 0, "%s:%u:%u: redact \"%.60s\": %s", path,
	    (unsigned)p->line, (unsigned)p->column, p->ere, why);
}

int
patterns_compile(
    const struct policy_redact *p, const char *path, regex_t *re, struct err *e)
{
	char why[100];
	int r = regcomp(re, p->ere, REG_EXTENDED | REG_NEWLINE);

	if (r != 0) {
		regerror(r, NULL, why, sizeof(why));
		return fault(p, path, why, e);
	}
	// It would match everywhere, and strike nothing out.
	if (regexec(re, "", 0, NULL, 0) != 0)
		return 0;
	regfree(re);
	return fault(
	    p, path, "matches where nothing is: some of it must be there", e);
}

int
patterns_check(const struct policy *p, const char *path, struct err *e)
{
	regex_t re;
	uint32_t i;

	for (i = 0; i < p->nredacts; i++) {
		if (patterns_compile(&p->redact[i], path, &re, e) != 0)
			return -1;
		regfree(&re);
	}
	return 0;
}
