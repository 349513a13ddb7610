// SPDX-License-Identifier: ISC
// What came of one run of the agent, as its events tell it.
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <json-c/json.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/trial/outcome.h"

static uint64_t
get_int(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_uint64(v)
						     : 0;
}

static bool
get_bool(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
	       json_object_get_boolean(v);
}

static char *
get_str(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && v != NULL
		   ? mem_dup(json_object_get_string(v))
		   : NULL;
}

static void
take_end(struct outcome *o, struct json_object *ev)
{
	struct json_object *v;

	free(o->reason);
	free(o->error);
	o->ended = true;
	o->reason = get_str(ev, "reason");
	o->error = get_str(ev, "error");
	o->green = get_bool(ev, "tests_green");
	o->turns = get_int(ev, "turns");
	o->test_runs = get_int(ev, "test_runs");
	o->unconfirmed = get_int(ev, "passes_not_confirmed");
	o->wall_ms = get_int(ev, "wall_ms");
	o->tokens_in = get_int(ev, "gen_ai.usage.input_tokens");
	o->tokens_out = get_int(ev, "gen_ai.usage.output_tokens");
	o->got_green = json_object_object_get_ex(ev, "time_to_green_ms", &v);
	o->green_ms = get_int(ev, "time_to_green_ms");
	o->priced = json_object_object_get_ex(ev, "cost_usd", &v);
	if (o->priced && json_object_get_double(v) > 0)
		o->cost_micro =
		    (uint64_t)(json_object_get_double(v) * 1e6 + 0.5);
}

static void
take_result(struct outcome *o, struct json_object *ev)
{
	o->calls++;
	// Red tests are what the tool is there to tell.
	if (get_bool(ev, "is_error") &&
	    !json_object_object_get_ex(ev, "tests_passed", NULL))
		o->calls_failed++;
}

void
outcome_event(struct outcome *o, const char *line, size_t len)
{
	static const char told[] = "{\"type\":\"";
	struct json_tokener *tok;
	struct json_object *ev = NULL;
	const char *type = line + sizeof(told) - 1;

	// Differences and answers may be long, and are not looked into.
	if (len < sizeof(told) + 12 ||
	    memcmp(line, told, sizeof(told) - 1) != 0 ||
	    (memcmp(type, "end\"", 4) != 0 &&
		memcmp(type, "tool_result\"", 12) != 0))
		return;
	tok = json_tokener_new();
	if (tok != NULL && len < INT32_MAX)
		ev = json_tokener_parse_ex(tok, line, (int)len);
	if (ev != NULL && type[0] == 'e')
		take_end(o, ev);
	else if (ev != NULL)
		take_result(o, ev);
	json_object_put(ev);
	json_tokener_free(tok);
}

bool
outcome_digest(struct outcome *o, int dir, const char *name)
{
	autoclose int fd =
	    openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	uint8_t sum[SHA256_DIGEST_LENGTH], piece[16384];
	SHA2_CTX x;
	ssize_t n;
	size_t i;

	if (fd < 0)
		return false;
	SHA256Init(&x);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		SHA256Update(&x, piece, (size_t)n);
	if (n < 0)
		return false;
	SHA256Final(sum, &x);
	for (i = 0; i < sizeof(sum); i++)
		snprintf(o->digest + 2 * i, 3, "%02x", sum[i]);
	return true;
}

void
outcome_exit(struct outcome *o, int wait_status)
{
	o->done = true;
	o->status = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status)
					     : WEXITSTATUS(wait_status);
	o->passed = o->ended && o->green && o->status == 0;
}

void
outcome_free(struct outcome *o)
{
	free(o->reason);
	free(o->error);
	o->reason = o->error = NULL;
}
