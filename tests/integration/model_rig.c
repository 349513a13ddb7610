// SPDX-License-Identifier: ISC
// For tests: a scripted server, a model that talks to it, and what was heard.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/model/field.h"
#include "tests/integration/model_rig.h"

volatile sig_atomic_t rig_stop;

/* A connection is no business of a command that is started meanwhile. */
static void
no_connection_leaks(void)
{
	struct sockaddr_storage a;
	socklen_t len;
	int fd, flags, found = 0;

	for (fd = 3; fd < 256; fd++) {
		len = sizeof(a);
		if (getpeername(fd, (struct sockaddr *)&a, &len) == -1 ||
		    a.ss_family != AF_INET)
			continue;
		flags = fcntl(fd, F_GETFD);
		assert_true(flags >= 0 && (flags & FD_CLOEXEC) != 0);
		found++;
	}
	assert_int_equal(found, 1);
}

static void
hear(void *arg, const char *p, size_t n)
{
	struct rig *g = arg;
	size_t len = strlen(g->text);

	snprintf(g->text + len, sizeof(g->text) - len, "%.*s", (int)n, p);
	g->pieces++;
	if (strcmp(model_provider(g->model), "replay") != 0)
		no_connection_leaks();
	if (strstr(g->text, "raise the flag") != NULL)
		rig_stop = 1;
}

static void
hear_retry(void *arg, const char *why, uint64_t wait_ms)
{
	struct rig *g = arg;

	assert_true(*why != '\0');
	assert_null(strstr(why, KEY));
	g->retries++;
	g->waited = wait_ms;
	g->text[0] = '\0';
}

int
rig_setup(void **state)
{
	struct rig *g = calloc(1, sizeof(*g));

	*state = g;
	rig_stop = 0;
	if (g == NULL)
		return -1;
	g->hold = -1;
	snprintf(g->script, sizeof(g->script), "model_http.%d.script",
	    (int)getpid());
	snprintf(g->log, sizeof(g->log), "model_http.%d.log", (int)getpid());
	snprintf(g->record, sizeof(g->record), "model_http.%d.record",
	    (int)getpid());
	return 0;
}

int
rig_teardown(void **state)
{
	struct rig *g = *state;
	int status;

	json_object_put(g->r.message);
	model_close(g->model);
	prices_close(g->prices);
	if (g->hold >= 0)
		close(g->hold);
	if (g->pid > 0)
		waitpid(g->pid, &status, 0);
	unlink(g->script);
	unlink(g->log);
	unlink(g->record);
	free(g);
	return 0;
}

void
rig_server(struct rig *g, const char *script)
{
	const char *top = getenv("top_builddir");
	char path[4096], port[16] = "";
	int in[2], out[2];
	FILE *f = fopen(g->script, "w");

	assert_non_null(f);
	assert_true(fputs(script, f) >= 0);
	assert_int_equal(fclose(f), 0);
	snprintf(path, sizeof(path), "%s/tests/lib/model_server",
	    top != NULL ? top : ".");
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	g->pid = fork();
	assert_true(g->pid >= 0);
	if (g->pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(path, path, g->script, g->log, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	g->hold = in[1];
	assert_true(read(out[0], port, sizeof(port) - 1) > 1);
	close(out[0]);
	port[strcspn(port, "\n")] = '\0';
	snprintf(g->url, sizeof(g->url), "http://127.0.0.1:%s", port);
}

void
rig_open(struct rig *g, struct model_config *c, const char *provider)
{
	setenv("ANTHROPIC_API_KEY", KEY, 1);
	setenv("OPENAI_API_KEY", KEY, 1);
	c->provider = provider;
	c->model = c->model != NULL ? c->model : "test-model";
	c->base_url = g->url;
	c->stop = &rig_stop;
	g->model = model_open(c, &g->e);
	assert_non_null(g->model);
	assert_null(getenv("ANTHROPIC_API_KEY"));
	assert_null(getenv("OPENAI_API_KEY"));
}

/* Server and model, with two retries. */
void
rig_start(struct rig *g, const char *provider, const char *script)
{
	struct model_config c = {.retries = 2};

	rig_server(g, script);
	rig_open(g, &c, provider);
}

int
rig_turn_until(struct rig *g, uint64_t deadline_ms)
{
	static const char said[] = "[{\"role\":\"user\",\"content\":[{\"type\":"
				   "\"text\",\"text\":\"go\"}]}]";
	const struct model_sink sink = {
	    .text = hear, .retry = hear_retry, .arg = g};
	struct model_request q = {
	    .system = "be good", .deadline_ms = deadline_ms};
	int r;

	json_object_put(g->r.message);
	memset(&g->e, 0, sizeof(g->e));
	g->text[0] = '\0';
	g->pieces = g->retries = 0;
	q.tools = json_object_new_array();
	q.messages = field_parse(said, strlen(said));
	r = model_turn(g->model, &q, &sink, &g->r, &g->e);
	json_object_put(q.tools);
	json_object_put(q.messages);
	assert_null(strstr(g->e.text, KEY));
	return r;
}

int
rig_turn(struct rig *g)
{
	return rig_turn_until(g, 0);
}

void
rig_content(struct rig *g, const char *want)
{
	size_t n;

	assert_string_equal(
	    field_text(field_get(g->r.message, "content", json_type_array), &n),
	    want);
}

void
rig_error(struct rig *g, enum err_code code, const char *words)
{
	if (g->e.code != code || strstr(g->e.text, words) == NULL)
		fail_msg("%s: %s", err_name(g->e.code), g->e.text);
	assert_null(g->r.message);
}

char *
rig_read(const char *path)
{
	char *text = calloc(1, 1 << 20);
	FILE *f = fopen(path, "r");

	assert_non_null(text);
	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 20) - 1, f) > 0);
	fclose(f);
	return text;
}
