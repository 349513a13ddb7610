// SPDX-License-Identifier: ISC
// Files of the host's own configuration, and what its programs say of it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"

enum {
	ASK_MS = 10000, // some of them are slow to start
};

/* Field 6 of uid's line in the user database: no name service is asked. */
static const char *
home_of(uid_t uid)
{
	static char home[1024];
	autofree char *text = NULL;
	struct hostfile_line l = {0};
	char pattern[32];
	size_t len, i;
	const char *p;

	text = hostfile_read("/etc/passwd", &len);
	if (text == NULL)
		return NULL;
	snprintf(pattern, sizeof(pattern), ":%u:", (unsigned)uid);
	while (hostfile_line(&l, text)) {
		p = l.s;
		for (i = 0; p != NULL && i < 2; i++) {
			p = memchr(p, ':', (size_t)(l.s + l.len - p));
			p = p != NULL && i < 1 ? p + 1 : p;
		}
		if (p == NULL || strncmp(p, pattern, strlen(pattern)) != 0)
			continue;
		for (i = 0; p != NULL && i < 3; i++) {
			p = memchr(p, ':', (size_t)(l.s + l.len - p));
			p = p != NULL ? p + 1 : p;
		}
		if (p == NULL)
			return NULL;
		snprintf(home, sizeof(home), "%.*s", (int)strcspn(p, ":\n"), p);
		return home[0] == '/' ? home : NULL;
	}
	return NULL;
}

const char *
hostfile_home(void)
{
	const char *home = getenv("HOME");
	struct stat st;

	// Who came by sudo, or gave up root, may still have root's $HOME.
	if (home != NULL && home[0] == '/' &&
	    (stat(home, &st) < 0 || st.st_uid == geteuid()))
		return home;
	return home_of(geteuid());
}

char *
hostfile_path(const char *variable, const char *in_home, const char *name)
{
	const char *dir = variable != NULL ? getenv(variable) : NULL;
	char *path;
	int n;

	if (dir != NULL && dir[0] == '/') {
		n = asprintf(&path, "%s/%s", dir, name);
	} else {
		dir = hostfile_home();
		if (dir == NULL)
			return NULL;
		n = asprintf(&path, "%s/%s/%s", dir, in_home, name);
	}
	return n < 0 ? NULL : path;
}

static char *
take(int fd, size_t max, int timeout_ms, size_t *len)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char *text = NULL, *more;
	size_t n = 0, room = 0;
	ssize_t got = 1;

	while (got > 0 && n <= max) {
		if (room - n < 4096) {
			room += 65536;
			more = realloc(text, room + 1);
			if (more == NULL)
				break;
			text = more;
		}
		if (timeout_ms > 0 && poll(&p, 1, timeout_ms) <= 0)
			break;
		got = read(fd, text + n, room - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (got != 0) {
		errno = n > max ? EFBIG : errno;
		free(text);
		return NULL;
	}
	text[n] = '\0';
	*len = n;
	return text;
}

char *
hostfile_read(const char *path, size_t *len)
{
	// A FIFO where a file is expected must not hold us up.
	autoclose int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return NULL;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return NULL;
	}
	return take(fd, HOSTFILE_MAX, 0, len);
}

static pid_t
start(char *const *argv, int out)
{
	pid_t pid = fork();
	const char *home;
	int null;

	if (pid != 0)
		return pid;
	// Of who we are: sudo may have left root's.
	home = hostfile_home();
	if (home != NULL)
		setenv("HOME", home, 1);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	// Never where somebody else's files could say how it is configured.
	if (null < 0 || chdir("/") != 0 || dup2(null, 0) < 0 ||
	    dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	setpgid(0, 0);
	execvp(argv[0], argv);
	_exit(127);
}

char *
hostfile_ask(char *const *argv, size_t *len)
{
	autoclose int in = -1, out = -1;
	char *text = NULL;
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return NULL;
	in = fds[0];
	out = fds[1];
	pid = start(argv, out);
	fd_close(&out);
	if (pid < 0)
		return NULL;
	setpgid(pid, pid);
	text = take(in, HOSTFILE_MAX, ASK_MS, len);
	if (text == NULL)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		free(text);
		text = NULL;
	}
	return text;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int
hostfile_line(struct hostfile_line *l, const char *text)
{
	const char *at = l->next != NULL ? l->next : text, *end;

	if (*at == '\0')
		return 0;
	l->number++;
	end = at + strcspn(at, "\n");
	l->next = *end == '\n' ? end + 1 : end;
	l->indented = at < end && is_blank(*at);
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	l->s = at;
	l->len = (size_t)(end - at);
	return 1;
}

static void
trim(const char **s, size_t *len)
{
	while (*len > 0 && is_blank(**s))
		(*s)++, (*len)--;
	while (*len > 0 && is_blank((*s)[*len - 1]))
		(*len)--;
	if (*len >= 2 && (**s == '"' || **s == '\'') && (*s)[*len - 1] == **s) {
		(*s)++;
		*len -= 2;
	}
}

bool
hostfile_setting(
    const char *s, size_t len, char sep, struct hostfile_setting *out)
{
	const char *at = memchr(s, sep, len);

	if (at == NULL || len == 0 || *s == '#' || *s == ';')
		return false;
	out->key = s;
	out->key_len = (size_t)(at - s);
	out->value = at + 1;
	out->value_len = len - out->key_len - 1;
	trim(&out->key, &out->key_len);
	trim(&out->value, &out->value_len);
	return true;
}

bool
hostfile_key_is(const struct hostfile_setting *s, const char *key)
{
	return s->key_len == strlen(key) &&
	       strncasecmp(s->key, key, s->key_len) == 0;
}
