// SPDX-License-Identifier: ISC
// A box that is only a directory, for tests of what is built upon one.
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/fake_box.h"

char fake_root[64];
struct capture fake_capture;
const char *fake_output = "";
const char *fake_pass_file;
unsigned fake_fail_run;
char fake_command[256];
uint64_t fake_time_ms;
char fake_cwd[256];
char *const box_default_env[] = {NULL};

static void
host_path(char *out, size_t size, const char *path)
{
	if (strncmp(path, SPEC_WORKSPACE, strlen(SPEC_WORKSPACE)) == 0)
		path += strlen(SPEC_WORKSPACE);
	snprintf(out, size, "%s/%s", fake_root, path);
}

int
box_open(struct box *b, const char *path, int flags, mode_t mode, struct err *e)
{
	char host[4096];
	struct stat st;
	int fd;

	(void)b;
	host_path(host, sizeof(host), path);
	fd = open(host, flags | O_CLOEXEC | O_NONBLOCK, mode);
	if (fd < 0)
		return err_set(e, ERR_FILE, errno, "open %.100s", path);
	if (fstat(fd, &st) < 0 ||
	    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))) {
		close(fd);
		return err_set(e, ERR_FILE, EINVAL, "open %.100s", path);
	}
	return fd;
}

int
box_mkdirs(struct box *b, const char *path, struct err *e)
{
	char host[4096], *p;

	(void)b;
	host_path(host, sizeof(host), path);
	for (p = host + 1; p[-1] != '\0'; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(host, 0755) < 0 && errno != EEXIST)
			return err_set(e, ERR_FILE, errno, "mkdir");
		*p = kept;
	}
	return 0;
}

int
box_rename(struct box *b, const char *from, const char *to, struct err *e)
{
	char a[4096], z[4096];

	(void)b;
	host_path(a, sizeof(a), from);
	host_path(z, sizeof(z), to);
	if (rename(a, z) < 0)
		return err_set(e, ERR_FILE, errno, "rename %.100s", to);
	return 0;
}

int
box_unlink(struct box *b, const char *path, struct err *e)
{
	char host[4096];

	(void)b;
	host_path(host, sizeof(host), path);
	if (unlink(host) < 0)
		return err_set(e, ERR_FILE, errno, "unlink %.100s", path);
	return 0;
}

/* Commands run by capture_run() alone; these are here for the linker. */
int
box_exec(struct box *b, const struct box_command *c, uint32_t *cmd, int *pty,
    struct err *e)
{
	(void)b;
	(void)cmd;
	(void)pty;
	return err_set(e, ERR_EXEC, EACCES, "%s", c->argv[0]);
}

int
box_pollfd(const struct box *b)
{
	(void)b;
	return -1;
}

int
box_reap_of(struct box *b, uint32_t cmd, struct box_result *r, struct err *e)
{
	(void)b;
	(void)r;
	return err_set(e, ERR_GONE, 0, "command %u", cmd);
}

int
box_signal(struct box *b, uint32_t cmd, int signo, struct err *e)
{
	(void)b;
	(void)signo;
	return err_set(e, ERR_GONE, 0, "command %u", cmd);
}

int
box_kill(struct box *b, uint32_t cmd, struct err *e)
{
	return box_signal(b, cmd, SIGKILL, e);
}

int
capture_run(struct box *b, const struct box_command *c,
    const struct capture_config *cfg, struct capture *out, struct err *e)
{
	char host[4096];

	(void)b;
	if (cfg->stop != NULL && *cfg->stop)
		return err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
	if (fake_capture.result.exit_code == 127)
		return err_set(e, ERR_EXEC, ENOENT, "%s", c->argv[0]);
	snprintf(fake_command, sizeof(fake_command), "%s %s %s", c->argv[0],
	    c->argv[1], c->argv[2]);
	fake_time_ms = c->time_ms;
	snprintf(
	    fake_cwd, sizeof(fake_cwd), "%s", c->cwd != NULL ? c->cwd : "");
	*out = fake_capture;
	if (fake_pass_file != NULL) {
		host_path(host, sizeof(host), fake_pass_file);
		out->result.exit_code = access(host, F_OK) == 0 ? 0 : 1;
		if (fake_fail_run > 0 && --fake_fail_run == 0)
			out->result.exit_code = 1;
	}
	out->head = strdup(cfg->head_max > 0 ? fake_output : "");
	out->head_len = strlen(out->head);
	if (cfg->show != NULL)
		cfg->show(cfg->arg, fake_output, strlen(fake_output));
	out->tail = strdup("");
	out->total = out->head_len;
	return 0;
}

void
capture_free(struct capture *c)
{
	free(c->head);
	free(c->tail);
}

int
fake_begin(void **state)
{
	(void)state;
	snprintf(fake_root, sizeof(fake_root), "/tmp/stockade-fake.XXXXXX");
	return mkdtemp(fake_root) != NULL ? 0 : -1;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

int
fake_end(void **state)
{
	(void)state;
	return nftw(fake_root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void
fake_put(const char *path, const char *content)
{
	char host[4096], parent[4096], *slash;
	FILE *f;

	snprintf(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (slash != NULL) {
		*slash = '\0';
		if (box_mkdirs(NULL, parent, NULL) < 0)
			abort();
	}
	host_path(host, sizeof(host), path);
	f = fopen(host, "we");
	if (f == NULL || fputs(content, f) < 0 || fclose(f) != 0)
		abort();
}

const char *
fake_get(const char *path)
{
	static char content[65536];
	char host[4096];
	size_t n = 0;
	FILE *f;

	host_path(host, sizeof(host), path);
	f = fopen(host, "re");
	if (f != NULL) {
		n = fread(content, 1, sizeof(content) - 1, f);
		fclose(f);
	}
	content[n] = '\0';
	return content;
}
