// SPDX-License-Identifier: ISC
// The findings for programs. The members are told of in stockade(1): some may
// be added, none may change.
#include <json-c/json.h>
#include <string.h>
#include "src/doctor/report.h"

#define SCHEMA 1

static void
add_text(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static void
add_number(struct json_object *o, const char *key, long v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

static void
add_mend(
    struct json_object *o, const struct host *h, const struct mend_about *about)
{
	struct json_object *commands = json_object_new_array();
	struct mend m;
	int i;

	mend_find(h, about, &m);
	for (i = 0; i < m.ncommands; i++)
		json_object_array_add(
		    commands, json_object_new_string(m.command[i]));
	add_text(o, "why", m.why);
	json_object_object_add(o, "mend", commands);
}

static struct json_object *
one(const struct property *p, const struct finding *f, const struct host *h)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "name", p->name);
	add_text(o, "group", p->group);
	add_text(o, "tried", p->what);
	add_text(o, "state", state_name(f->state));
	add_text(o, "by", f->by);
	add_text(o, "since", property_since(p));
	add_text(o, "detail", f->detail);
	add_mend(o, h, &f->mend);
	return o;
}

static struct json_object *
landlock(const struct trial *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *lacks = json_object_new_array();
	unsigned abi = t->stands ? t->facts.landlock_abi : t->kernel_landlock;
	const char *what;
	size_t i;

	for (i = 0; (what = doctor_landlock_lacks(abi, i)) != NULL; i++)
		json_object_array_add(lacks, json_object_new_string(what));
	add_number(o, "abi", abi);
	json_object_object_add(o, "lacks", lacks);
	return o;
}

static struct json_object *
failure(const struct err *e)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "code", err_name(e->code));
	add_text(o, "message", e->text);
	return o;
}

void
doctor_json(const struct doctor_report *r, FILE *f)
{
	static const char *const verdicts[] = {
	    "present", "degraded", "cannot run"};
	static const char *const trees[] = {"none", "hybrid", "unified"};
	const struct trial *t = r->trial;
	const struct err *e = !t->stands ? &t->err : &t->trouble;
	struct json_object *o = json_object_new_object();
	struct json_object *all = json_object_new_array();
	size_t i;

	add_number(o, "schema", SCHEMA);
	add_text(o, "version", PACKAGE_VERSION);
	add_text(o, "kernel", r->host->release);
	add_text(o, "way", way_in_name(t->way));
	add_number(o, "uid", (long)t->uid);
	add_text(o, "cgroup", trees[r->host->cgroup]);
	add_number(o, "status", r->status);
	add_text(o, "verdict", verdicts[r->status]);
	json_object_object_add(o, "landlock", landlock(t));
	if (e->code != ERR_NONE)
		json_object_object_add(o, "error", failure(e));
	for (i = 0; i < r->n; i++)
		json_object_array_add(
		    all, one(&properties[i], &r->found[i], r->host));
	json_object_object_add(o, "properties", all);
	fprintf(f, "%s\n",
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}
