// SPDX-License-Identifier: ISC
// Other sessions of a workspace: which there are, and what was said in one.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/interactive.h"
#include "src/session/find.h"
#include "src/session/info.h"
#include "src/session/rebuild.h"

#define LISTED_MAX 20

/* A line about one, if it is of this workspace. */
static bool
tell_one(struct interactive *it, const char *dir, const char *id)
{
	struct run *r = it->run;
	autofree char *path = find_file(dir, id);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct info info = {0};
	struct err ignored;
	bool ours;

	ours = fd >= 0 && info_read(&info, fd, &ignored) == 0 &&
	       info.workspace != NULL &&
	       strcmp(info.workspace, r->way.path) == 0;
	if (ours && strcmp(id, r->session.id) == 0)
		show_line(&r->show, SHOW_BOLD, "  %s  this one", id);
	else if (ours)
		show_line(&r->show, SHOW_PLAIN, "  %s  %s  %.*s", id,
		    info_state(&info),
		    info.task != NULL ? (int)strcspn(info.task, "\n") : 1,
		    info.task != NULL ? info.task : "-");
	info_free(&info);
	return ours;
}

int
interactive_sessions(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;
	autofree char *dir = NULL;
	struct find_list l = {0};
	struct err why;
	size_t i, told = 0;

	(void)arg;
	(void)e;
	dir = session_dir(r->config->session_dir, &why);
	if (dir == NULL || find_all(dir, &l, &why) < 0) {
		show_line(&r->show, SHOW_RED, "%s", why.text);
		return 0;
	}
	for (i = 0; i < l.n && told < LISTED_MAX; i++)
		told += tell_one(it, dir, l.id[i]);
	find_free(&l);
	show_line(&r->show, SHOW_DIM, "kept in %s", dir);
	return 0;
}

/* What was said in it; NULL, and *why. */
static struct json_object *
said_in(const char *path, struct err *why)
{
	struct json_object *messages = NULL;
	struct rebuild said = {0};
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0) {
		err_set(why, ERR_SESSION, 0, "%.150s cannot be read", path);
		return NULL;
	}
	if (rebuild_messages(&said, fd, NULL, why) == 0) {
		if (json_object_array_length(said.messages) == 0)
			err_set(
			    why, ERR_SESSION, 0, "nothing was said in it yet");
		else
			messages = json_object_get(said.messages);
	}
	// Calls that nobody answered: no server takes what comes after them.
	if (messages != NULL && said.open != NULL) {
		struct json_object *m = json_object_new_object();

		put_str(m, "role", "user");
		json_object_object_add(
		    m, "content", json_object_get(said.open));
		json_object_array_add(messages, m);
	}
	rebuild_free(&said);
	return messages;
}

/* This session's file tells of it, so that it can be gone on with, too. */
static int
tell_messages(struct interactive *it, struct err *e)
{
	struct run *r = it->run;
	size_t i, n = json_object_array_length(r->messages);
	struct json_object *ev = event_new(&r->events, "clear");

	if (event_emit(&r->events, ev, e) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		ev = event_new(&r->events, "message");
		json_object_object_add(ev, "message",
		    json_object_get(json_object_array_get_idx(r->messages, i)));
		if (event_emit(&r->events, ev, e) < 0)
			return -1;
	}
	return 0;
}

/* The newest of this workspace but the one that runs. */
static char *
last_path(struct interactive *it, const char *dir, struct err *why)
{
	struct find_list l = {0};
	char *path = NULL;
	size_t i;

	if (find_all(dir, &l, why) < 0)
		return NULL;
	err_set(why, ERR_SESSION, 0, "this workspace has no other session");
	for (i = 0; i < l.n && path == NULL; i++) {
		autofree char *one = find_file(dir, l.id[i]);
		autoclose int fd = open(one, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		struct info info = {0};
		struct err ignored;

		if (strcmp(l.id[i], it->run->session.id) != 0 && fd >= 0 &&
		    info_first(&info, fd, &ignored) == 0 &&
		    info.workspace != NULL &&
		    strcmp(info.workspace, it->run->way.path) == 0)
			path = mem_dup(one);
		info_free(&info);
	}
	find_free(&l);
	return path;
}

int
interactive_load(struct interactive *it, const char *arg, struct err *e)
{
	struct run *r = it->run;
	struct json_object *messages = NULL;
	autofree char *dir = NULL, *path = NULL;
	struct err why;

	if (*arg == '\0') {
		show_line(&r->show, SHOW_PLAIN,
		    "/load takes the name of a session; /sessions lists them");
		return 0;
	}
	dir = session_dir(r->config->session_dir, &why);
	if (dir != NULL)
		path = strcmp(arg, "last") == 0
			   ? last_path(it, dir, &why)
			   : find_path(dir, arg, r->way.path, &why);
	if (path != NULL && strcmp(path, r->session.path) == 0)
		err_set(&why, ERR_SESSION, 0, "that is this session");
	else if (path != NULL)
		messages = said_in(path, &why);
	if (messages == NULL) {
		show_line(&r->show, SHOW_RED, "Not loaded: %s", why.text);
		return 0;
	}
	json_object_put(r->messages);
	r->messages = messages;
	it->undone = true; // its files may be others by now
	show_line(&r->show, SHOW_PLAIN,
	    "%zu messages of %s; files are as they are.",
	    json_object_array_length(messages), path);
	return tell_messages(it, e) < 0
		   ? -1
		   : interactive_mend(it, "taken over from another session", e);
}
