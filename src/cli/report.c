// SPDX-License-Identifier: ISC
// How a run ended: for people, for scripts, as an exit status.
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/cli/report.h"

int
report_status(const struct pump_result *r)
{
	if (r->box.timed_out)
		return EXIT_TIMED_OUT;
	if (r->box.exit_code >= 0)
		return r->box.exit_code;
	return EXIT_SIGNALLED + r->box.signal;
}

// What reaching it came to: most end the command, one only says no.
static const char *
consequence(enum spec_limit limit)
{
	if (limit == LIMIT_PIDS || limit == LIMIT_SESSION_PIDS)
		return "not every process could be started";
	return "command killed";
}

static void
say_limit(const struct box *b, const struct spec *spec, enum spec_limit limit)
{
	const struct spec_limit_info *info = spec_limit_info(limit);
	char value[SCAN_FORMAT_MAX];

	scan_format(info->unit, spec->limit[limit], value);
	fprintf(stderr,
	    "stockade: %s: limit %s %s reached (by %s); "
	    "raise it with --limit %s=VALUE\n",
	    consequence(limit), info->name, value,
	    box_by_name(box_enforced(b, limit)), info->name);
}

void
report_limits(
    const struct box *b, const struct spec *spec, const struct pump_result *r)
{
	uint32_t first = r->box.first;
	uint32_t i;

	if (first != 0)
		say_limit(b, spec, (enum spec_limit)(first - 1));
	for (i = 0; i < LIMIT__COUNT; i++)
		if (i + 1 != first && box_hit(&r->box, (enum spec_limit)i))
			say_limit(b, spec, (enum spec_limit)i);
	if (r->box.oom_killed && !box_hit(&r->box, LIMIT_MEMORY) &&
	    !box_hit(&r->box, LIMIT_SESSION_MEMORY))
		fprintf(stderr,
		    "stockade: command killed: the machine is out of memory; "
		    "no limit was reached\n");
}

void
report_missing(const struct box *b, const struct spec *spec)
{
	const struct spec_limit_info *info;
	char value[SCAN_FORMAT_MAX];
	int i;

	for (i = 0; i < LIMIT__COUNT; i++) {
		if (box_enforced(b, (enum spec_limit)i) != BOX_BY_MISSING)
			continue;
		info = spec_limit_info((enum spec_limit)i);
		scan_format(info->unit, spec->limit[i], value);
		fprintf(stderr,
		    "stockade: limit %s %s is not enforced: nothing on this "
		    "machine can; see LIMITS in stockade.policy(5)\n",
		    info->name, value);
	}
}

static void
add_bool(struct json_object *o, const char *key, bool v)
{
	json_object_object_add(o, key, json_object_new_boolean(v));
}

static void
add_number(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_int64((int64_t)v));
}

static void
add_text(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static void
add_name(struct json_object *a, uint32_t limit)
{
	json_object_array_add(
	    a, json_object_new_string(
		   spec_limit_info((enum spec_limit)limit)->name));
}

// Bytes of the character at p, 0 if there is none (Unicode's table 3-7).
static int
character(const unsigned char *p)
{
	unsigned char lo = 0x80, hi = 0xbf;
	int i, n = 1;

	if (*p >= 0x80)
		n = *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	switch (*p) {
	case 0xe0:
		lo = 0xa0;
		break;
	case 0xed:
		hi = 0x9f;
		break;
	case 0xf0:
		lo = 0x90;
		break;
	case 0xf4:
		hi = 0x8f;
		break;
	}
	for (i = 1; i < n; i++, lo = 0x80, hi = 0xbf)
		if (p[i] < lo || p[i] > hi)
			return 0;
	return *p > 0xf4 ? 0 : n;
}

// JSON is UTF-8: a name from outside need not be, nor a text cut at its end.
static void
add_message(struct json_object *o, const struct err *why)
{
	char text[sizeof(why->text)];
	unsigned char *p = (unsigned char *)text;
	int n;

	memcpy(text, why->text, sizeof(text));
	for (; *p != '\0'; p += n)
		if ((n = character(p)) == 0) {
			*p = '?';
			n = 1;
		}
	add_text(o, "message", text);
}

// The names of the limits that were reached, the first one first.
static struct json_object *
limits_hit(const struct box_result *r)
{
	struct json_object *a = json_object_new_array();
	uint32_t i;

	for (i = 0; i < LIMIT__COUNT; i++)
		if (i + 1 == r->first)
			add_name(a, i);
	for (i = 0; i < LIMIT__COUNT; i++)
		if (i + 1 != r->first && box_hit(r, (enum spec_limit)i))
			add_name(a, i);
	return a;
}

static struct json_object *
usage(const struct pump_result *r)
{
	struct json_object *o = json_object_new_object();
	const struct box_usage *u = &r->box.usage;

	add_number(o, "wall_ms", u->wall_ms);
	add_number(o, "cpu_ms", u->cpu_user_ms + u->cpu_system_ms);
	add_number(o, "cpu_user_ms", u->cpu_user_ms);
	add_number(o, "cpu_system_ms", u->cpu_system_ms);
	add_number(o, "memory_peak", u->memory_peak);
	add_number(o, "pids_peak", u->pids_peak);
	add_number(o, "io_read", u->io_read);
	add_number(o, "io_written", u->io_written);
	add_number(o, "output", r->output);
	return o;
}

static struct json_object *
enforced(const struct box *b)
{
	struct json_object *o = json_object_new_object();
	int i;

	for (i = 0; i < LIMIT__COUNT; i++)
		add_text(o, spec_limit_info((enum spec_limit)i)->name,
		    box_by_name(box_enforced(b, (enum spec_limit)i)));
	return o;
}

static struct json_object *
sandbox(const struct box *b, const char *way)
{
	struct json_object *o = json_object_new_object();
	struct box_facts f;

	box_facts(b, &f);
	add_text(o, "way", way);
	add_number(o, "landlock_abi", f.landlock_abi);
	add_bool(o, "idmapped", f.idmapped);
	add_bool(o, "cgroup", f.cgroup);
	add_text(o, "ids",
	    f.idmapped	    ? "own"
	    : f.subordinate ? "subordinate"
			    : "single");
	add_bool(o, "groups", f.groups);
	add_text(o, "protect", f.bounded ? "bounded" : "complete");
	return o;
}

static int
print(int fd, struct json_object *o, struct err *e)
{
	const char *text =
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	int rc = 0;

	if (fd_write_all(fd, text, strlen(text)) != 0 ||
	    fd_write_all(fd, "\n", 1) != 0)
		rc = err_set(e, ERR_SYSTEM, errno, "write --json");
	json_object_put(o);
	return rc;
}

int
report_json(int fd, const struct network *n, const char *way,
    const struct pump_result *r, struct err *e)
{
	struct json_object *o = json_object_new_object();
	const struct box *b = n->box;

	add_number(o, "status", (uint64_t)report_status(r));
	if (r->box.exit_code >= 0)
		add_number(o, "exit_code", (uint64_t)r->box.exit_code);
	else
		add_number(o, "signal", (uint64_t)r->box.signal);
	add_bool(o, "timed_out", r->box.timed_out);
	add_bool(o, "oom_killed", r->box.oom_killed);
	add_bool(o, "output_truncated", r->output_truncated);
	if (r->box.first != 0)
		add_text(o, "limit_hit",
		    spec_limit_info((enum spec_limit)(r->box.first - 1))->name);
	json_object_object_add(o, "limits_hit", limits_hit(&r->box));
	json_object_object_add(o, "usage", usage(r));
	json_object_object_add(o, "enforced", enforced(b));
	json_object_object_add(o, "sandbox", sandbox(b, way));
	network_json(n, o);
	return print(fd, o, e);
}

int
report_json_error(int fd, int status, const struct err *why, struct err *e)
{
	struct json_object *o = json_object_new_object();
	struct json_object *x = json_object_new_object();

	add_number(o, "status", (uint64_t)status);
	add_text(x, "code", err_name(why->code));
	add_message(x, why);
	json_object_object_add(o, "error", x);
	return print(fd, o, e);
}
