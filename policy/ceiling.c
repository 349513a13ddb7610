// SPDX-License-Identifier: ISC
// The administrator's maximum: is this spec sound, and is it allowed?
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "policy/egress.h"
#include "policy/paths.h"
#include "policy/policy.h"
#include "policy/scan.h"

/* The sentence of a refusal. Returns false, so that it ends a check. */
static bool __attribute__((format(printf, 2, 3)))
refuse(struct policy_refusal *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->reason, sizeof(r->reason), fmt, ap);
	va_end(ap);
	return false;
}

static bool
admit_limit(const struct policy *ceiling, const struct spec *spec,
    enum spec_limit limit, struct policy_refusal *r)
{
	const struct spec_limit_info *info = spec_limit_info(limit);
	uint64_t v = spec->limit[limit], most = ceiling->spec.limit[limit];
	char asked[SCAN_FORMAT_MAX], low[SCAN_FORMAT_MAX];
	char high[SCAN_FORMAT_MAX];

	snprintf(r->item, sizeof(r->item), "limit %s", info->name);
	scan_format(info->unit, v, asked);
	if (!spec_limit_valid(limit, v)) {
		scan_format(info->unit, info->min, low);
		scan_format(info->unit, info->max, high);
		return refuse(r, "%s is out of range: %s to %s, or none", asked,
		    low, high);
	}
	if (most == 0 || (v != 0 && v <= most))
		return true;
	scan_format(info->unit, most, high);
	return refuse(r, "asked for %s, allowed is %s: ask for %s or less",
	    asked, high, high);
}

static bool
terminated(const char path[SPEC_PATH_MAX])
{
	return memchr(path, '\0', SPEC_PATH_MAX) != NULL;
}

/* What the text parser has checked; but this spec may come from elsewhere. */
static bool
sound_mount(const struct spec *spec, uint32_t i, struct policy_refusal *r)
{
	const struct spec_mount *m = &spec->mount[i];
	const char *why;
	uint32_t j;

	if (!terminated(m->src) || !terminated(m->dst) || m->writable > 1)
		return refuse(r, "mount %u is malformed", (unsigned)i + 1);
	if (!paths_clean(m->src) || !paths_clean(m->dst))
		return refuse(
		    r, "source and place must be absolute, clean paths");
	why = paths_mount_fault(m->dst);
	if (why != NULL)
		return refuse(r, "nothing can be mounted at %.80s, which %s",
		    m->dst, why);
	for (j = 0; j < i; j++)
		if (paths_beneath(m->dst, spec->mount[j].dst))
			return refuse(
			    r, "it would hide mount %u", (unsigned)j + 1);
	return true;
}

static bool
admit_mount(const struct policy *ceiling, const struct spec_mount *m,
    struct policy_refusal *r)
{
	const struct spec *c = &ceiling->spec;
	bool readable = false;
	uint32_t i;

	for (i = 0; i < c->nmounts; i++) {
		if (!paths_beneath(c->mount[i].src, m->src))
			continue;
		if (c->mount[i].writable != 0 || m->writable == 0)
			return true;
		readable = true;
	}
	if (c->nmounts == 0)
		return true;
	if (readable)
		return refuse(
		    r, "asked for rw, allowed is ro: ask for \"mount ro\"");
	return refuse(r,
	    "asked for %s, allowed is nothing: no mount line of "
	    "the ceiling covers it",
	    m->writable != 0 ? "rw" : "ro");
}

/* Names the mount by its place; what cannot be printed turns into ?. */
static void
name_mount(const struct spec_mount *m, uint32_t i, struct policy_refusal *r)
{
	const char *path = m->dst;
	size_t n;

	if (terminated(m->src) && m->src[0] != '\0')
		path = m->src;
	snprintf(r->item, sizeof(r->item), "mount %.*s",
	    (int)strnlen(path, SPEC_PATH_MAX), path);
	if (path[0] == '\0')
		snprintf(r->item, sizeof(r->item), "mount %u", (unsigned)i + 1);
	for (n = 0; r->item[n] != '\0'; n++)
		if (r->item[n] < 0x20 || r->item[n] >= 0x7f)
			r->item[n] = '?';
}

static bool
admit_choice(const struct policy *ceiling, const struct spec *spec,
    enum spec_choice choice, struct policy_refusal *r)
{
	uint32_t v = spec->choice[choice], least = ceiling->spec.choice[choice];
	const char *word = spec_choice_word(choice, v);

	snprintf(r->item, sizeof(r->item), "%s", spec_choice_name(choice));
	if (word == NULL)
		return refuse(r, "there is no choice %u", (unsigned)v);
	if (v >= least)
		return true;
	return refuse(r, "asked for %s, allowed is %s: ask for \"%s %s\"", word,
	    spec_choice_word(choice, least), r->item,
	    spec_choice_word(choice, least));
}

static bool
sound_list(
    const struct spec *spec, enum spec_list_id list, struct policy_refusal *r)
{
	const struct spec_list *l = &spec->list[list];
	const char *why = NULL;
	uint32_t i;

	snprintf(r->item, sizeof(r->item), "%s", spec_list_name(list));
	if (l->n > SPEC_ITEMS_MAX)
		return refuse(r, "asked for %u, allowed are %d", (unsigned)l->n,
		    SPEC_ITEMS_MAX);
	for (i = 0; i < l->n && why == NULL; i++)
		why = spec_item_fault(
		    list, l->item[i], strnlen(l->item[i], SPEC_ITEM_MAX));
	if (why == NULL)
		return true;
	return refuse(r, "word %u %s", (unsigned)i, why);
}

/* What a ceiling names may be opened; one that names nothing does not mind. */
static bool
admit_unprotect(const struct policy *ceiling, const struct spec *spec,
    struct policy_refusal *r)
{
	const struct spec_list *most = &ceiling->spec.list[LIST_UNPROTECT];
	const struct spec_list *l = &spec->list[LIST_UNPROTECT];
	uint32_t i, j;

	for (i = 0; i < l->n && most->n > 0; i++) {
		for (j = 0; j < most->n; j++)
			if (strcmp(l->item[i], most->item[j]) == 0)
				break;
		snprintf(
		    r->item, sizeof(r->item), "unprotect %.40s", l->item[i]);
		if (j == most->n)
			return refuse(r,
			    "no unprotect line of the ceiling names it: leave "
			    "it protected");
	}
	return true;
}

static bool
admit_root(const struct policy *ceiling, const struct spec *spec,
    struct policy_refusal *r)
{
	const char *most = ceiling->spec.root;

	snprintf(r->item, sizeof(r->item), "root");
	if (!terminated(spec->root) ||
	    (spec->root[0] != '\0' && !paths_clean(spec->root)))
		return refuse(r, "it must be an absolute, clean path");
	if (spec->root[0] == '\0' || most[0] == '\0' ||
	    paths_beneath(most, spec->root))
		return true;
	return refuse(r, "asked for %.60s, allowed is what lies beneath %.60s",
	    spec->root, most);
}

static bool
admit_settings(const struct policy *ceiling, const struct spec *spec,
    struct policy_refusal *r)
{
	int i;

	for (i = 0; i < CHOICE__COUNT; i++)
		if (!admit_choice(ceiling, spec, (enum spec_choice)i, r))
			return false;
	for (i = 0; i < LIST__COUNT; i++)
		if (!sound_list(spec, (enum spec_list_id)i, r))
			return false;
	return admit_unprotect(ceiling, spec, r) &&
	       admit_root(ceiling, spec, r);
}

/*
 * Rules need not be within the ceiling's: both are asked at each connection
 * (policy/egress.h), and the stricter one has it.
 */
static bool
sound_net(const struct spec_net *net, struct policy_refusal *r)
{
	uint32_t i;

	snprintf(r->item, sizeof(r->item), "net");
	if (net->n > SPEC_NET_MAX)
		return refuse(r, "asked for %u rules, allowed are %d",
		    (unsigned)net->n, SPEC_NET_MAX);
	for (i = 0; i < net->n; i++)
		if (!egress_rule_sound(&net->rule[i]))
			return refuse(
			    r, "rule %u is malformed", (unsigned)i + 1);
	return true;
}

bool
policy_admit(const struct policy *ceiling, const struct spec *spec,
    struct policy_refusal *r)
{
	uint32_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < LIMIT__COUNT; i++)
		if (!admit_limit(ceiling, spec, (enum spec_limit)i, r))
			return false;
	if (!admit_settings(ceiling, spec, r) || !sound_net(&spec->net, r))
		return false;
	if (spec->nmounts > SPEC_MOUNTS_MAX) {
		snprintf(r->item, sizeof(r->item), "mounts");
		return refuse(r, "asked for %u, allowed are %d",
		    (unsigned)spec->nmounts, SPEC_MOUNTS_MAX);
	}
	for (i = 0; i < spec->nmounts; i++) {
		name_mount(&spec->mount[i], i, r);
		if (!sound_mount(spec, i, r) ||
		    !admit_mount(ceiling, &spec->mount[i], r))
			return false;
	}
	memset(r, 0, sizeof(*r));
	return true;
}
