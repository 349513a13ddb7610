// SPDX-License-Identifier: ISC
// What a sandbox is: the table of limits, and a spec at its defaults.
#include <string.h>
#include "policy/spec.h"

static const struct spec_limit_info infos[LIMIT__COUNT] = {
#define X(id, name, unit, def, min, max, what) \
	[LIMIT_##id] = {name, unit, def, min, max, what},
    LIMIT_TABLE(X)
#undef X
};

const struct spec_limit_info *
spec_limit_info(enum spec_limit limit)
{
	return &infos[limit];
}

int
spec_limit_find(const char *name)
{
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		if (strcmp(infos[i].name, name) == 0)
			return i;
	return -1;
}

bool
spec_limit_valid(enum spec_limit limit, uint64_t value)
{
	return value == 0 ||
	       (value >= infos[limit].min && value <= infos[limit].max);
}

void
spec_init_empty(struct spec *spec)
{
	memset(spec, 0, sizeof(*spec));
}

void
spec_init(struct spec *spec)
{
	int i;

	spec_init_empty(spec);
	for (i = 0; i < LIMIT__COUNT; i++)
		spec->limit[i] = infos[i].def;
}
