// SPDX-License-Identifier: ISC
// A folder of tasks: what is in it, and what is missing.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/trial/task.h"

#define TEXT_MAX (1u << 20) // bytes of a task, a test, its options
#define TEST_MAX 4096

static char *
join(const char *dir, const char *name)
{
	struct text t = {0};

	text_printf(&t, "%s/%s", dir, name);
	return text_take(&t);
}

/* All of a text file; NULL with *e. */
static char *
read_text(const char *path, const char *what, struct err *e)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	autotext struct text t = {0};
	char piece[4096];
	ssize_t n;

	if (fd < 0) {
		err_set(e, ERR_USAGE, errno, "%.140s (%s)", path, what);
		return NULL;
	}
	while ((n = read(fd, piece, sizeof(piece))) > 0) {
		text_add(&t, piece, (size_t)n);
		if (t.len > TEXT_MAX)
			break;
	}
	if (n < 0)
		err_set(e, ERR_USAGE, errno, "%.140s", path);
	else if (t.len > TEXT_MAX)
		err_set(e, ERR_USAGE, 0,
		    "%.140s: longer than 1 MiB; %s goes there", path, what);
	else if (memchr(text_of(&t), '\0', t.len) != NULL)
		err_set(e, ERR_USAGE, 0,
		    "%.140s: has a NUL byte; %s goes there", path, what);
	else if (text_of(&t)[strspn(text_of(&t), " \t\r\n")] == '\0')
		err_set(e, ERR_USAGE, 0, "%.140s is empty: %s goes there", path,
		    what);
	else
		return text_take(&t);
	return NULL;
}

/* Without white space at the end. */
static void
chop(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		s[--n] = '\0';
}

/* Those by which a run is told apart and measured are ours. */
static bool
ours(const char *word, size_t len)
{
	static const char *const names[] = {"--directory", "--test",
	    "--no-test", "--json", "--diff", "--session-dir", "--resume",
	    "--fork", "--help", "--version"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
			return true;
	return word[0] == '-' && strchr("CtVh", word[1]) != NULL;
}

static void
add_option(struct task *t, const char *word, size_t len)
{
	struct text x = {0};

	text_add(&x, word, len);
	t->option = mem_grow(t->option, t->noption + 1, sizeof(*t->option));
	t->option[t->noption++] = text_take(&x);
}

/* "--max-turns 5", "--max-turns=5" or "--strict" a line; # begins a remark. */
static int
read_options(struct task *t, const char *path, char *text, struct err *e)
{
	char *line, *rest = text;
	unsigned int number = 0;
	size_t n;

	while ((line = strsep(&rest, "\n")) != NULL) {
		number++;
		line += strspn(line, " \t");
		chop(line);
		if (*line == '\0' || *line == '#')
			continue;
		n = strcspn(line, " \t=");
		if (line[0] != '-' || n < 2)
			return err_set(e, ERR_USAGE, 0,
			    "%.120s, line %u: an option of stockade agent "
			    "goes there, one a line, such as --max-turns 5",
			    path, number);
		if (ours(line, n))
			return err_set(e, ERR_USAGE, 0,
			    "%.120s, line %u: %.20s is for stockade bench to "
			    "say; take the line out",
			    path, number, line);
		n = line[n] == '=' ? strlen(line) : n;
		add_option(t, line, n);
		line += n;
		line += strspn(line, " \t");
		if (*line != '\0')
			add_option(t, line, strlen(line));
	}
	return 0;
}

static int
read_test(struct task *t, struct err *e)
{
	autofree char *path = join(t->dir, "test");

	t->test = read_text(path, "the test command", e);
	if (t->test == NULL)
		return -1;
	chop(t->test);
	if (strchr(t->test, '\n') != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "%.140s: has more than one line; put a script into the "
		    "workspace and call that",
		    path);
	if (strlen(t->test) > TEST_MAX)
		return err_set(e, ERR_USAGE, 0,
		    "%.140s: longer than 4096 bytes; put a script into the "
		    "workspace and call that",
		    path);
	return 0;
}

static int
read_task(struct task *t, struct err *e)
{
	autofree char *prompt = join(t->dir, "task");
	autofree char *options = join(t->dir, "options");
	autofree char *transcript = join(t->dir, "transcript.jsonl");
	autofree char *text = NULL;
	struct stat st;

	t->workspace = join(t->dir, "workspace");
	if (stat(t->workspace, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, 0,
		    "%.140s: is no directory; the project that the agent "
		    "works on goes there",
		    t->workspace);
	t->prompt = read_text(prompt, "what the agent is to do", e);
	if (t->prompt == NULL || read_test(t, e) < 0)
		return -1;
	// As "$(cat task)" gives it: a transcript holds what was said before.
	chop(t->prompt);
	if (access(transcript, F_OK) == 0) {
		t->transcript = transcript;
		transcript = NULL;
	}
	if (access(options, F_OK) < 0 || stat(options, &st) < 0 ||
	    (S_ISREG(st.st_mode) && st.st_size == 0))
		return 0;
	text = read_text(options, "options of stockade agent", e);
	return text != NULL ? read_options(t, options, text, e) : -1;
}

static int
add_task(struct tasks *t, const char *dir, const char *name, struct err *e)
{
	struct task *task;

	t->of = mem_grow(t->of, t->n + 1, sizeof(*t->of));
	task = &t->of[t->n++];
	memset(task, 0, sizeof(*task));
	task->name = mem_dup(name);
	task->dir = mem_dup(dir);
	return read_task(task, e);
}

static int
wanted(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
read_all(struct tasks *t, const char *root, struct err *e)
{
	struct dirent **names;
	struct stat st;
	char *dir;
	int i, n, r = 0;

	n = scandir(root, &names, wanted, by_bytes);
	if (n < 0)
		return err_set(e, ERR_USAGE, errno, "%.200s", root);
	for (i = 0; i < n; i++) {
		dir = join(root, names[i]->d_name);
		// A README beside them is no task.
		if (r == 0 && stat(dir, &st) == 0 && S_ISDIR(st.st_mode))
			r = add_task(t, dir, names[i]->d_name, e);
		free(dir);
		free(names[i]);
	}
	free(names);
	if (r == 0 && t->n == 0)
		return err_set(e, ERR_USAGE, 0,
		    "%.140s: no task in it; each is a directory with "
		    "workspace/, task and test",
		    root);
	return r;
}

int
tasks_read(struct tasks *t, const char *path, struct err *e)
{
	autofree char *root = realpath(path, NULL);
	autofree char *one = NULL;
	struct stat st;

	memset(t, 0, sizeof(*t));
	if (root == NULL)
		return err_set(e, ERR_USAGE, errno, "%.200s", path);
	one = join(root, "task");
	if (stat(one, &st) == 0 && S_ISREG(st.st_mode))
		return add_task(t, root, strrchr(root, '/') + 1, e);
	return read_all(t, root, e);
}

void
tasks_free(struct tasks *t)
{
	struct task *k;
	size_t i;

	for (k = t->of; k < t->of + t->n; k++) {
		for (i = 0; i < k->noption; i++)
			free(k->option[i]);
		free(k->option);
		free(k->name);
		free(k->dir);
		free(k->workspace);
		free(k->prompt);
		free(k->test);
		free(k->transcript);
	}
	free(t->of);
}
