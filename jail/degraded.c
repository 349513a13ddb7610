// SPDX-License-Identifier: ISC
// What is weaker in a sandbox that stands than it could be. Decided here, not
// by the peer: the administrator's ceiling may demand it.
#include <stdio.h>
#include <string.h>
#include "jail/degraded.h"

struct list {
	char text[sizeof(((struct err *)0)->text)];
	size_t len;
};

// What no longer fits is as good as told: the first is reason enough.
static void
add(struct list *l, const char *prefix, const char *name, const char *how)
{
	char item[80];
	int n;

	n = snprintf(item, sizeof(item), "%s%s%s%s", l->len > 0 ? ", " : "",
	    prefix, name, how);
	if (n < 0 || l->len + (size_t)n >= sizeof(l->text) - sizeof(item))
		return;
	memcpy(l->text + l->len, item, (size_t)n + 1);
	l->len += (size_t)n;
}

static void
add_limits(struct list *l, const uint32_t by[LIMIT__COUNT])
{
	uint32_t i;

	for (i = 0; i < LIMIT__COUNT; i++) {
		const char *name = spec_limit_info((enum spec_limit)i)->name;

		if (by[i] == WIRE_BY_MISSING)
			add(l, "limit-", name, " (missing)");
		else if (by[i] == WIRE_BY_WATCHDOG &&
			 spec_limit_kernels((enum spec_limit)i))
			add(l, "limit-", name, " (watchdog)");
	}
}

int
degraded_refuse(
    const struct wire_standing *facts, bool privileged, struct err *e)
{
	struct list l = {.len = 0};

	if (facts->landlock_abi == 0)
		add(&l, "", "landlock", " (not in use)");
	if (facts->cgroup == 0)
		add(&l, "", "cgroup-per-command", " (none)");
	if (privileged && facts->idmapped == 0)
		add(&l, "", "own-ids", " (the caller's)");
	if (facts->groups != 0)
		add(&l, "", "no-groups", " (they stay)");
	add_limits(&l, facts->enforced);
	if (l.len == 0)
		return 0;
	return err_set(e, ERR_DEGRADED, 0, "it would be degraded: %s", l.text);
}
