// SPDX-License-Identifier: ISC
// The records of a run, added up by destination and by reason.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "src/egress/read.h"

enum {
	DESTINATIONS = 4096, // more are added up as one
	SHOWN = 40,
};

struct destination {
	char name[288];
	uint64_t allowed, refused, up, down;
};

struct reason_count {
	char word[32];
	uint64_t count;
};

struct read_stats {
	uint64_t allowed, refused, up, down, lost, repairs;
	char first[40], last[40];
	struct reason_count reason[64];
	unsigned nreasons, n;
	struct destination to[DESTINATIONS];
};

struct read_stats *
read_stats_new(void)
{
	return calloc(1, sizeof(struct read_stats));
}

void
read_stats_free(struct read_stats *s)
{
	free(s);
}

static struct destination *
find(struct read_stats *s, struct json_object *o)
{
	const char *name = read_text(o, "name");
	char key[288];
	unsigned i;

	snprintf(key, sizeof(key), "%.255s:%" PRIu64,
	    *name != '\0' ? name : read_text(o, "dst"), read_number(o, "port"));
	for (i = 0; i < s->n; i++)
		if (strcmp(s->to[i].name, key) == 0)
			return &s->to[i];
	if (s->n == DESTINATIONS - 1)
		snprintf(key, sizeof(key), "all others");
	i = s->n < DESTINATIONS ? s->n++ : DESTINATIONS - 1;
	memcpy(s->to[i].name, key, sizeof(key));
	return &s->to[i];
}

static void
count_reason(struct read_stats *s, const char *word, uint64_t count)
{
	unsigned i;

	for (i = 0; i < s->nreasons; i++)
		if (strcmp(s->reason[i].word, word) == 0)
			break;
	if (i == sizeof(s->reason) / sizeof(s->reason[0]))
		return;
	if (i == s->nreasons)
		snprintf(s->reason[s->nreasons++].word,
		    sizeof(s->reason[0].word), "%s", word);
	s->reason[i].count += count;
}

static void
refuse(struct read_stats *s, struct json_object *o, uint64_t count)
{
	s->refused += count;
	find(s, o)->refused += count;
	count_reason(s, read_text(o, "reason"), count);
}

static void
add_end(struct read_stats *s, struct json_object *o)
{
	struct destination *d = find(s, o);
	uint64_t up = read_number(o, "bytes_up");
	uint64_t down = read_number(o, "bytes_down");

	d->up += up;
	d->down += down;
	s->up += up;
	s->down += down;
	if (*read_text(o, "reason") != '\0')
		count_reason(s, read_text(o, "reason"), 1);
}

void
read_stats_add(struct read_stats *s, struct json_object *o)
{
	const char *event = read_text(o, "event");
	const char *decision = read_text(o, "decision");

	if (s->first[0] == '\0')
		snprintf(s->first, sizeof(s->first), "%s", read_text(o, "ts"));
	snprintf(s->last, sizeof(s->last), "%s", read_text(o, "ts"));
	if (strcmp(event, "repeated") == 0) {
		refuse(s, o, read_number(o, "count"));
	} else if (strcmp(event, "end") == 0 && read_number(o, "conn") != 0) {
		add_end(s, o);
	} else if (strcmp(event, "lost") == 0) {
		s->lost += read_number(o, "count");
	} else if (strcmp(event, "repair") == 0) {
		s->repairs++;
	} else if (strcmp(event, "decision") == 0) {
		if (strcmp(decision, "allow") == 0 ||
		    strcmp(decision, "ask-allow") == 0) {
			s->allowed++;
			find(s, o)->allowed++;
		} else {
			refuse(s, o, 1);
		}
	}
}

static void
put(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_uint64(v));
}

static void
show_json(FILE *f, const struct read_stats *s)
{
	struct json_object *o = json_object_new_object(), *x, *a;
	unsigned i;

	json_object_object_add(o, "first", json_object_new_string(s->first));
	json_object_object_add(o, "last", json_object_new_string(s->last));
	put(o, "allowed", s->allowed);
	put(o, "refused", s->refused);
	put(o, "bytes_up", s->up);
	put(o, "bytes_down", s->down);
	put(o, "lost", s->lost);
	put(o, "repairs", s->repairs);
	x = json_object_new_object();
	for (i = 0; i < s->nreasons; i++)
		put(x, s->reason[i].word, s->reason[i].count);
	json_object_object_add(o, "reasons", x);
	a = json_object_new_array();
	for (i = 0; i < s->n; i++) {
		x = json_object_new_object();
		json_object_object_add(
		    x, "to", json_object_new_string(s->to[i].name));
		put(x, "allowed", s->to[i].allowed);
		put(x, "refused", s->to[i].refused);
		put(x, "bytes_up", s->to[i].up);
		put(x, "bytes_down", s->to[i].down);
		json_object_array_add(a, x);
	}
	json_object_object_add(o, "destinations", a);
	fprintf(f, "%s\n",
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

// Most connections first.
static int
busier(const void *a, const void *b)
{
	const struct destination *x = a, *y = b;
	uint64_t m = x->allowed + x->refused, n = y->allowed + y->refused;

	return m < n ? 1 : m > n ? -1 : strcmp(x->name, y->name);
}

static void
show_table(FILE *f, struct destination *to, unsigned n)
{
	unsigned i;
	char *p;

	qsort(to, n, sizeof(*to), busier);
	fprintf(f, "%8s %8s %12s %12s  destination\n", "allowed", "refused",
	    "bytes up", "bytes down");
	for (i = 0; i < n && i < SHOWN; i++) {
		for (p = to[i].name; *p != '\0'; p++)
			if (*p < ' ' || *p > '~')
				*p = '?';
		fprintf(f,
		    "%8" PRIu64 " %8" PRIu64 " %12" PRIu64 " %12" PRIu64
		    "  %s\n",
		    to[i].allowed, to[i].refused, to[i].up, to[i].down,
		    to[i].name);
	}
	if (n > SHOWN)
		fprintf(f, "and %u more: --json has them all\n", n - SHOWN);
}

void
read_stats_show(FILE *f, const struct read_stats *s, bool json)
{
	struct destination *to;
	unsigned i;

	if (json) {
		show_json(f, s);
		return;
	}
	fprintf(f, "from %s to %s\n", s->first, s->last);
	fprintf(f,
	    "%" PRIu64 " connections allowed, %" PRIu64 " refused, %" PRIu64
	    " bytes up, %" PRIu64 " down\n",
	    s->allowed, s->refused, s->up, s->down);
	if (s->lost > 0)
		fprintf(
		    f, "%" PRIu64 " records could not be written\n", s->lost);
	for (i = 0; i < s->nreasons; i++)
		fprintf(f, "%8" PRIu64 " %s\n", s->reason[i].count,
		    s->reason[i].word);
	to = malloc(sizeof(s->to));
	if (to == NULL || s->n == 0) {
		free(to);
		return;
	}
	memcpy(to, s->to, sizeof(s->to));
	show_table(f, to, s->n);
	free(to);
}
