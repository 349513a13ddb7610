// SPDX-License-Identifier: ISC
// The program that asks, inside of a sandbox: put there, run, and understood.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/doctor/trial_inside.h"

static const char *const probe_names[] = {
#define X(id, name, fn) [PROBE_##id] = name,
    PROBE_TABLE(X)
#undef X
};

static const char *const words[] = {
    [ANSWER_ALLOWED] = "allowed",
    [ANSWER_REFUSED] = "refused",
    [ANSWER_KILLED] = "killed",
    [ANSWER_VALUE] = "value",
};

static size_t
index_of(const char *const *names, size_t n, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (names[i] != NULL && strlen(names[i]) == len &&
		    memcmp(names[i], word, len) == 0)
			return i;
	return n;
}

void
trial_parse(struct answer *answers, const char *line)
{
	size_t n = strcspn(line, " \n"), k, id, word;
	struct answer *a;

	id = index_of(probe_names, PROBE__COUNT, line, n);
	if (id == PROBE__COUNT || line[n] != ' ')
		return;
	line += n + 1;
	k = strcspn(line, " \n");
	word = index_of(words, ANSWER_VALUE + 1, line, k);
	if (word > ANSWER_VALUE)
		return;
	line += k + (line[k] == ' ');
	a = &answers[id];
	a->word = (enum answer_word)word;
	snprintf(
	    a->text, sizeof(a->text), "%.*s", (int)strcspn(line, "\n"), line);
	// What runs inside is ours, and yet: it ends up on a terminal.
	for (n = 0; a->text[n] != '\0'; n++)
		if (!isprint((unsigned char)a->text[n]))
			a->text[n] = '?';
}

// The program goes in by the same door as the agent's files.
int
inside_put(struct box *b, int from, struct err *e)
{
	autoclose int to =
	    box_open(b, INSIDE_PROBE, O_WRONLY | O_CREAT | O_EXCL, 0755, e);
	static char buf[65536];
	ssize_t n;

	if (to < 0)
		return -1;
	if (lseek(from, 0, SEEK_SET) != 0)
		return err_set(e, ERR_FILE, errno, "rewind %s", PROBE_PROGRAM);
	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (fd_write_all(to, buf, (size_t)n) != 0)
			return err_set(
			    e, ERR_FILE, errno, "write %s", INSIDE_PROBE);
	return n < 0 ? err_set(e, ERR_FILE, errno, "read %s", PROBE_PROGRAM)
		     : 0;
}

int
inside_run(struct box *b, char *const *argv, uint64_t ms, uint64_t most,
    struct capture *out, struct err *e)
{
	const struct box_command c = {
	    .argv = argv, .envp = box_default_env, .time_ms = ms};
	const struct capture_config cfg = {
	    .head_max = 16384, .output_max = most};

	return capture_run(b, &c, &cfg, out, e);
}

int
inside_ask(struct box *b, char *const *argv, struct answer *answers,
    enum probe_id first, struct err *mute, struct err *e)
{
	struct capture out;
	char *line;

	if (inside_run(b, argv, 0, 0, &out, e) != 0)
		return -1;
	for (line = out.head; line != NULL && *line != '\0';
	     line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
		trial_parse(answers, line);
	if (answers[first].word == ANSWER_NONE)
		err_set(mute, ERR_EXEC, 0, "%s said nothing: %.100s",
		    PROBE_PROGRAM, out.head);
	capture_free(&out);
	return 0;
}
