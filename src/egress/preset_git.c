// SPDX-License-Identifier: ISC
// preset:git: the remotes of the workspace's repository. Its configuration
// is read as text; git itself is not run where it could obey one.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

enum {
	CONFIG_MAX = 1 << 20,
};

/* No step of the way is a link: the workspace may be somebody else's work. */
static char *
read_config(const char *workspace, size_t *len, bool *elsewhere)
{
	autoclose int top = -1, dir = -1, fd = -1;
	char *text;
	struct stat st;
	ssize_t n;

	top = open(workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return NULL;
	dir =
	    openat(top, ".git", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	*elsewhere = dir < 0 && errno != ENOENT;
	fd = dir < 0 ? -1
		     : openat(dir, "config",
			   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > CONFIG_MAX)
		return NULL;
	text = calloc(1, (size_t)st.st_size + 1);
	n = text != NULL ? read(fd, text, (size_t)st.st_size) : -1;
	if (n < 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	*len = (size_t)n;
	return text;
}

/* user@host:path, with a colon before any slash. */
static void
scp_like(struct preset *o, const char *s, size_t len, const char *from)
{
	const char *end = s + len, *at, *host = s;

	for (at = s; at < end && *at != ':' && *at != '/'; at++)
		if (*at == '@')
			host = at + 1;
	// HELPER::ADDRESS is no host's, but a program's.
	if (at < end && *at == ':' && at > host &&
	    (at + 1 == end || at[1] != ':'))
		preset_host(o, host, (size_t)(at - host), 22, " raw", from);
}

static void
remote(struct preset *o, const char *s, size_t len, const char *from)
{
	if (memmem(s, len, "://", 3) == NULL)
		scp_like(o, s, len, from);
	else if (strncmp(s, "http", 4) == 0)
		preset_url(o, s, len, PRESET_BUILT_IN, from);
	else
		preset_url(o, s, len, " raw", from);
}

void
preset_git(struct preset *o)
{
	static const char from[] = ".git/config of the workspace";
	const char *workspace = o->where->workspace;
	autofree char *text = NULL;
	struct hostfile_line l = {0};
	struct hostfile_setting s;
	bool ours = false, elsewhere = false;
	size_t n;

	if (o->where->writable) {
		preset_note(o, "commands may write .git/config (unprotect), "
			       "so that its remotes are not followed; name "
			       "them by \"net allow HOST:443\"");
		return;
	}
	if (workspace != NULL)
		text = read_config(workspace, &n, &elsewhere);
	while (text != NULL && hostfile_line(&l, text)) {
		if (l.len > 0 && *l.s == '[')
			ours = strncmp(l.s, "[remote ", 8) == 0 ||
			       strncmp(l.s, "[submodule ", 11) == 0;
		if (ours && hostfile_setting(l.s, l.len, '=', &s) &&
		    (hostfile_key_is(&s, "url") ||
			hostfile_key_is(&s, "pushurl")))
			remote(o, s.value, s.value_len, from);
	}
	if (elsewhere)
		preset_note(o, "the workspace's .git is no directory; name the "
			       "remote by \"net allow HOST:443\"");
	else if (o->nrules == 0)
		preset_note(o, "the workspace has no remote on another host");
}
