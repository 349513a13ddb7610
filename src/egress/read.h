/* SPDX-License-Identifier: ISC */
/*
 * The records of a run, one after the other, and what they say.
 */
#ifndef SRC_EGRESS_READ_H
#define SRC_EGRESS_READ_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Text, number of a record; "", 0 if it has none. */
const char *read_text(struct json_object *o, const char *key);
uint64_t read_number(struct json_object *o, const char *key);
/*
 * A line (with its newline) as a record; NULL if it is none, or was torn.
 */
struct json_object *read_record(const char *line, size_t n);

/*
 * One line for people, without its newline at the end: when, what became of
 * it, what it was. Nothing of a stranger's text can move a cursor.
 */
void read_show(FILE *f, struct json_object *o);

struct read_stats;
struct read_stats *read_stats_new(void);
void read_stats_free(struct read_stats *s);
void read_stats_add(struct read_stats *s, struct json_object *o);
/* As a table for people, or one JSON object. */
void read_stats_show(FILE *f, const struct read_stats *s, bool json);

#endif
