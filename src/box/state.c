// SPDX-License-Identifier: ISC
// Where what we keep between runs lies, and how a run is called there.
#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "src/box/state.h"

#define ROOM 256 // for the name of a file

// Not getpwuid(3): who is linked statically has no name service.
static const char *
passwd_home(void)
{
	FILE *f = fopen("/etc/passwd", "re");
	static char home[1024];
	struct passwd *pw;

	home[0] = '\0';
	while (f != NULL && (pw = fgetpwent(f)) != NULL)
		if (pw->pw_uid == geteuid()) {
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
state_dir(const char *name, char path[STATE_PATH_MAX], struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home;
	int n;

	if (state != NULL && state[0] == '/')
		n = snprintf(
		    path, STATE_PATH_MAX, "%s/stockade/%s", state, name);
	else if ((home = home_dir()) != NULL)
		n = snprintf(path, STATE_PATH_MAX,
		    "%s/.local/state/stockade/%s", home, name);
	else
		return err_set(e, ERR_SESSION, 0,
		    "no place for stockade/%s: set XDG_STATE_HOME or HOME",
		    name);
	if (n >= STATE_PATH_MAX - ROOM)
		return err_set(e, ERR_SESSION, ENAMETOOLONG, "XDG_STATE_HOME");
	return 0;
}

int
state_make_dir(const char *path, struct err *e)
{
	char all[STATE_PATH_MAX], kept, *p;

	if (snprintf(all, sizeof(all), "%s", path) >= STATE_PATH_MAX)
		return err_set(e, ERR_SESSION, ENAMETOOLONG, "%.120s", path);
	for (p = all + 1; p[-1] != '\0'; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		kept = *p;
		*p = '\0';
		if (mkdir(all, 0700) != 0 && errno != EEXIST)
			return err_set(e, ERR_SESSION, errno,
			    "make %.120s; XDG_STATE_HOME says another place",
			    all);
		*p = kept;
	}
	return 0;
}

int
state_run_name(char name[STATE_NAME_MAX], struct err *e)
{
	struct timespec now;
	uint32_t noise;
	struct tm tm;
	size_t n;

	if (getrandom(&noise, sizeof(noise), 0) != sizeof(noise))
		return err_set(e, ERR_SYSTEM, errno, "random number");
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(name, STATE_NAME_MAX, "%Y%m%d-%H%M%S-", &tm);
	snprintf(name + n, STATE_NAME_MAX - n, "%03u-%08x",
	    (unsigned)(now.tv_nsec / 1000000), noise);
	return 0;
}
