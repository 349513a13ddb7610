/* SPDX-License-Identifier: ISC */
/*
 * What the broker writes down: JSON lines, each bound to the one before it by
 * a hash. Described in stockade-egress(8).
 */
#ifndef JAIL_EGRESS_RECORD_H
#define JAIL_EGRESS_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "policy/egress.h"

/* What is known of one connection, filled as it goes. Strings are others'. */
struct record {
	uint64_t conn;
	const char *proto; /* "tcp", "dns" */
	const char *mode;  /* "privileged", "rootless", "ports" */
	uint8_t src[16], dst[16];
	uint16_t src_port, port;
	const char *name; /* or NULL */
	const char
	    *name_from;	   /* "dns", "connect", "uri", "literal", "publish" */
	const char *kind;  /* "tls", "http", "connect", "raw"; or NULL */
	const char *inner; /* SNI or Host seen; or NULL */
	const char *alpn, *method, *path; /* or NULL */
	bool ech;
	uint32_t uid, inode; /* of who dialled, by sock_diag; ~0, 0: unknown */
	const char *exe;     /* or NULL */
	enum net_verdict verdict;
	enum reason reason;
	const char *rule;  /* text of the deciding rule; or NULL */
	const char *asked; /* "allow-once", "deny", "timeout"...; or NULL */
	uint32_t wait_ms;
	uint32_t generation;
	const uint8_t (*resolved)[16];
	unsigned nresolved;
	const uint8_t *peer; /* 16 bytes, dialled; or NULL */
	uint32_t dial_ms;
	uint64_t bytes_up, bytes_down, dur_ms;
	const char *end; /* "fin", "rst", "timeout", "quota"; or NULL */
};

struct records;

/*
 * Continues the file fd (O_APPEND, readable): its last whole line is what the
 * chain goes on from; a torn last line is ended first. fd -1: nothing is
 * written, and that is no failure.
 */
struct records *records_new(int fd, const char *run, struct err *e) MUST_CHECK;
void records_free(struct records *r);
/*
 * Repeats are counted there, in memory that outlives this process: what was
 * counted when it is killed is written by who continues the file.
 */
struct fold;
void records_share(struct records *r, struct fold *fold);
/*
 * The decision, before anything is dialled: written when it returns 0. Refused
 * ones that repeat within a second (same name, port, reason) are folded.
 */
int record_decision(
    struct records *r, const struct record *c, struct err *e) MUST_CHECK;
/* How it ended. */
int
record_end(struct records *r, const struct record *c, struct err *e) MUST_CHECK;
/* Begin, reload, a new name, broker's end: {"event": what, ...}. */
int record_event(struct records *r, const char *what, const char *name,
    uint32_t generation, struct err *e) MUST_CHECK;
/* Writes what is folded and due; now_ms: monotonic. ms until the next; -1. */
int records_tick(struct records *r, uint64_t now_ms);

#endif
