// SPDX-License-Identifier: ISC
// Where our own state lies: in the home of the user we are by now.
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/keep/store.h"

// Not getpwuid(3): who is linked statically has no name service.
static const char *
passwd_home(void)
{
	FILE *f = fopen("/etc/passwd", "re");
	static char home[1024];
	struct passwd *pw;

	home[0] = '\0';
	while (f != NULL && (pw = fgetpwent(f)) != NULL)
		if (pw->pw_uid == geteuid() &&
		    strlen(pw->pw_dir) < sizeof(home)) {
			snprintf(home, sizeof(home), "%s", pw->pw_dir);
			break;
		}
	if (f != NULL)
		fclose(f);
	return home[0] == '/' ? home : NULL;
}

static const char *
home_dir(void)
{
	const char *home = getenv("HOME");
	struct stat st;

	// Who came by sudo, or gave up root, may still have root's $HOME.
	if (home != NULL && home[0] == '/' &&
	    (stat(home, &st) != 0 || st.st_uid == geteuid()))
		return home;
	return passwd_home();
}

int
keep_state_dir(const char *name, char path[KEEP_PATH_MAX], struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home;
	int n;

	if (state != NULL && state[0] == '/')
		n = snprintf(
		    path, KEEP_PATH_MAX, "%s/stockade/%s", state, name);
	else if ((home = home_dir()) != NULL)
		n = snprintf(path, KEEP_PATH_MAX, "%s/.local/state/stockade/%s",
		    home, name);
	else
		return err_set(e, ERR_SESSION, 0,
		    "no place for %s: set XDG_STATE_HOME or HOME", name);
	if (n >= KEEP_PATH_MAX - 256)
		return err_set(e, ERR_SESSION, ENAMETOOLONG, "XDG_STATE_HOME");
	return 0;
}

int
keep_make_dirs(const char *path, struct err *e)
{
	char all[KEEP_PATH_MAX], kept, *p;

	snprintf(all, sizeof(all), "%s", path);
	for (p = all + 1; p[-1] != '\0'; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		kept = *p;
		*p = '\0';
		if (mkdir(all, 0700) != 0 && errno != EEXIST)
			return err_set(e, ERR_SESSION, errno,
			    "make %.120s; another place can be set by "
			    "XDG_STATE_HOME",
			    all);
		*p = kept;
	}
	return 0;
}
