/* SPDX-License-Identifier: ISC */
/*
 * For tests: a scripted server, a model that talks to it, and what was heard.
 */
#ifndef TESTS_INTEGRATION_MODEL_RIG_H
#define TESTS_INTEGRATION_MODEL_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/types.h>
#include "src/model/model.h"

#define KEY "sk-test-0123456789abcdef-not-to-be-seen"

/* A server with its script, a model that talks to it, what was heard. */
struct rig {
	pid_t pid;
	int hold; /* its standard input: closed, it ends */
	char script[48], log[48], record[48];
	char url[64];
	struct model *model;
	struct prices *prices;
	struct model_response r;
	struct err e;
	char text[4096];
	int pieces, retries;
	uint64_t waited;
};

/* The flag of every model here; rises by itself at a text that asks for it. */
extern volatile sig_atomic_t rig_stop;

int rig_setup(void **state);
int rig_teardown(void **state);
/* A server with that script; g->url is where it is. */
void rig_server(struct rig *g, const char *script);
/* A model of that provider for g->url; a key is in the environment. */
void rig_open(struct rig *g, struct model_config *c, const char *provider);
/* Both, with two retries. */
void rig_start(struct rig *g, const char *provider, const char *script);
/* One turn, its result in g->r or g->e. */
int rig_turn(struct rig *g);
int rig_turn_until(struct rig *g, uint64_t deadline_ms);
/* The blocks of the answer are these; or the error is this one. */
void rig_content(struct rig *g, const char *want);
void rig_error(struct rig *g, enum err_code code, const char *words);
/* A file's text; the caller frees it. */
char *rig_read(const char *path);

#endif
