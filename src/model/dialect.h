/* SPDX-License-Identifier: ISC */
/*
 * What a wire protocol must say of itself: the neutral form into a request,
 * the events of a stream into an answer. Pure: no network, no clock.
 */
#ifndef SRC_MODEL_DIALECT_H
#define SRC_MODEL_DIALECT_H

#include <stdbool.h>
#include "src/model/answer.h"

struct dialect_request {
	const char *model;
	const char *system;	   /* may be NULL or empty */
	struct json_object *tools; /* may be NULL */
	struct json_object *messages;
	uint32_t max_tokens;  /* 0: the dialect's default */
	uint64_t most_tokens; /* that the model can write; 0: not known */
	bool own_server;      /* the provider's own, not one that is like it */
};

struct dialect {
	const char *name;
	const char *base_url;	  /* of the provider's own server */
	const char *version_path; /* "/v1" */
	bool version_in_base;	  /* whether a base URL has it by custom */
	const char *path;
	const char *url_variable, *key_variable;
	const char *key_header;	    /* "x-api-key: "; the key follows */
	const char *const *headers; /* more of them; ends with NULL */
	const char *default_model;
	/* The body of a request; the caller's. */
	struct json_object *(*request)(const struct dialect_request *q);
	/* A parser of one stream, its events, what it gathered, its end. */
	void *(*begin)(void);
	int (*event)(void *parser, struct answer *a, const char *data,
	    size_t len, struct err *e) MUST_CHECK;
	/* After the last event: closes what is open, fills the answer. */
	int (*finish)(void *parser, struct answer *a, struct err *e) MUST_CHECK;
	void (*end)(void *parser);
};

extern const struct dialect dialect_anthropic, dialect_openai,
    dialect_responses;
/* All of them; ends with NULL. */
extern const struct dialect *const dialects[];

/* NULL if nobody is called that. */
const struct dialect *dialect_find(const char *name);
/* Whether it is one of those, or replay:FILE. */
bool dialect_is_provider(const char *name);
/* Their names, for a message. */
extern const char dialect_providers[];
/*
 * An error object of a server, {"type","message","code"}, as *e; sets
 * a->transient. The same shape for all.
 */
int dialect_error(
    struct answer *a, struct json_object *error, struct err *e) MUST_CHECK;
/*
 * A server's text for an error line: bounded, control characters out.
 */
void dialect_printable(char *to, size_t size, const char *from);
/*
 * The blocks of all messages, neighbours of one role put together (servers
 * want the roles to alternate) and tool results first (before any text), one
 * for each call of the turn before and no other:
 * an array of {"role","content"}, the caller's.
 */
struct json_object *dialect_turns(struct json_object *messages);

#endif
