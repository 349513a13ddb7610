// SPDX-License-Identifier: ISC
// A question of the network's broker, on the terminal.
//
// The host's name is letters, digits, dots and dashes by then; the program's
// path is not, and is escaped.
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/cli/ask.h"

static void
question(const struct ask_terminal *t, const struct wire_ask *q,
    const char *program, int wait_ms)
{
	tty_say(&t->tty,
	    "\r\nstockade: a command wants to reach %s, port %u\r\n"
	    "          program: %s%s\r\n",
	    q->host, q->port, program != NULL ? program : "not known",
	    q->literal ? "\r\n          this is an address, not a name" : "");
	tty_say(&t->tty,
	    "allow it [o]nce, for this [s]ession%s, or [d]eny it? "
	    "(%d s, then it is denied) ",
	    t->always ? ", [a]lways (writes a rule)" : "", wait_ms / 1000);
}

// The first letter of what was typed. Nothing at all is no answer.
static bool
understand(const struct ask_terminal *t, const char *line, enum ask_said *said)
{
	static const struct {
		char letter;
		enum ask_said said;
	} words[] = {
	    {'o', ASK_SAID_ONCE}, {'s', ASK_SAID_SESSION},
	    {'a', ASK_SAID_ALWAYS}, {'d', ASK_SAID_DENY},
	    {'n', ASK_SAID_DENY}, // no
	};
	size_t i;

	while (*line == ' ' || *line == '\t')
		line++;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (tolower((unsigned char)*line) == words[i].letter &&
		    (words[i].said != ASK_SAID_ALWAYS || t->always)) {
			*said = words[i].said;
			return true;
		}
	return false;
}

enum ask_said
ask_person(struct ask_terminal *t, const struct wire_ask *q,
    const char *program, int wait_ms)
{
	uint64_t until = clock_ms() + (uint64_t)wait_ms;
	enum ask_said said = ASK_SAID_NOTHING;
	char line[256];

	// What was typed before the question is no answer to it.
	if (tty_forget(&t->tty) != 0)
		return ASK_SAID_NOTHING;
	question(t, q, program, wait_ms);
	for (;;) {
		if (tty_line(&t->tty, line, sizeof(line), until) != TTY_LINE) {
			tty_say(&t->tty,
			    "\r\nstockade: denied: nobody answered\r\n");
			return ASK_SAID_NOTHING;
		}
		if (understand(t, line, &said))
			return said;
		tty_say(
		    &t->tty, "o, s, %sor d, please: ", t->always ? "a " : "");
	}
}

static bool
has_socket(int proc, const char *pid, const char *wanted)
{
	char path[64], link[64];
	autoclosedir DIR *d = NULL;
	struct dirent *f;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.20s/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d = fd >= 0 ? fdopendir(fd) : NULL;
	while (d != NULL && (f = readdir(d)) != NULL) {
		n = readlinkat(dirfd(d), f->d_name, link, sizeof(link) - 1);
		if (n <= 0)
			continue;
		link[n] = '\0';
		if (strcmp(link, wanted) == 0)
			return true;
	}
	return false;
}

static void
escape(const char *in, size_t n, char *out, size_t size)
{
	size_t i, at = 0;

	for (i = 0; i < n && at + 5 < size; i++) {
		if (in[i] < ' ' || in[i] > '~' || in[i] == '\\')
			at += (size_t)snprintf(out + at, size - at, "\\x%02x",
			    (unsigned char)in[i]);
		else
			out[at++] = in[i];
	}
	out[at] = '\0';
}

int
ask_program(uint32_t inode, char *out, size_t size)
{
	autoclosedir DIR *d = opendir("/proc");
	char wanted[64], path[64], exe[PATH_MAX];
	struct dirent *p;
	ssize_t n;

	snprintf(wanted, sizeof(wanted), "socket:[%u]", inode);
	while (inode != 0 && d != NULL && (p = readdir(d)) != NULL) {
		if (!isdigit((unsigned char)p->d_name[0]) ||
		    !has_socket(dirfd(d), p->d_name, wanted))
			continue;
		snprintf(path, sizeof(path), "%.20s/exe", p->d_name);
		n = readlinkat(dirfd(d), path, exe, sizeof(exe));
		if (n <= 0)
			return -1;
		escape(exe, (size_t)n, out, size);
		return 0;
	}
	return -1;
}
