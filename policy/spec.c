// SPDX-License-Identifier: ISC
// What a sandbox is: the table of limits, and a spec at its defaults.
#include <string.h>
#include "policy/paths.h"
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

static const struct {
	const char *name, *words[CHOICE_WORDS_MAX];
} choices[CHOICE__COUNT] = {
#define X(id, name, what, ...) [CHOICE_##id] = {name, {__VA_ARGS__}},
    CHOICE_TABLE(X)
#undef X
};

const char *
spec_choice_name(enum spec_choice choice)
{
	return choices[choice].name;
}

const char *
spec_choice_word(enum spec_choice choice, uint32_t value)
{
	return value < CHOICE_WORDS_MAX ? choices[choice].words[value] : NULL;
}

const char *
spec_list_name(enum spec_list_id list)
{
	static const char *const names[] = {
#define X(id, name, what) name,
	    LIST_TABLE(X)
#undef X
	};

	return names[list];
}

// A clean relative path is what makes a clean absolute one behind a slash.
static const char *
relative_fault(const char *item, size_t len)
{
	char abs[SPEC_ITEM_MAX + 1] = "/";

	if (item[0] == '/')
		return "must be relative to the workspace";
	memcpy(abs + 1, item, len);
	return paths_fault(abs, len + 1);
}

const char *
spec_item_fault(enum spec_list_id list, const char *item, size_t len)
{
	if (len == 0)
		return "is empty";
	if (len >= SPEC_ITEM_MAX)
		return "is too long";
	if (list == LIST_COMMAND && item[0] == '/')
		return paths_fault(item, len);
	if (list == LIST_COMMAND && memchr(item, '/', len) != NULL)
		return "must be a name, or an absolute path";
	return relative_fault(item, len);
}

bool
spec_limit_kernels(enum spec_limit limit)
{
	switch (limit) {
	case LIMIT_CPU:
	case LIMIT_CPU_WEIGHT:
	case LIMIT_MEMORY:
	case LIMIT_PIDS:
	case LIMIT_FSIZE:
	case LIMIT_NOFILE:
	case LIMIT_IO_RATE:
	case LIMIT_TMP:
	case LIMIT_SESSION_CPU:
	case LIMIT_SESSION_MEMORY:
	case LIMIT_SESSION_PIDS:
		return true;
	default:
		return false;
	}
}

void
spec_init_empty(struct spec *spec)
{
	int i;

	// What lies beyond a count is never looked at: writing zeros there
	// would cost every start the memory of all the room there is.
	memset(spec->limit, 0, sizeof(spec->limit));
	memset(spec->choice, 0, sizeof(spec->choice));
	for (i = 0; i < LIST__COUNT; i++)
		spec->list[i].n = 0;
	spec->root[0] = '\0';
	spec->nmounts = 0;
	spec->net.n = 0;
}

void
spec_init(struct spec *spec)
{
	int i;

	spec_init_empty(spec);
	for (i = 0; i < LIMIT__COUNT; i++)
		spec->limit[i] = infos[i].def;
}
