// SPDX-License-Identifier: ISC
// bash as the oracle: of lines made at random, and spoiled, every command that
// it runs was found, or the line was not understood.
//
// No command exists: bash hands each to command_not_found_handle, which notes
// its name. What the lines write, they write into a directory of the test's.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "policy/shell.h"

#define LINES	  400
#define LINE_MAX_ 1200

static char line[LINES][LINE_MAX_];
static size_t len[LINES];
static uint64_t seed;

struct found {
	char name[200][8];
	size_t n;
	bool unknown; /* a name that is only known when it runs */
};

static unsigned
pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 20) % n;
}

static void
put(size_t i, const char *s)
{
	size_t n = strlen(s);

	if (len[i] + n + 1 < LINE_MAX_) {
		memcpy(line[i] + len[i], s, n);
		len[i] += n;
	}
}

static void
put_name(size_t i)
{
	char name[4] = {'z', (char)('a' + pick(26)), (char)('a' + pick(26)), 0};

	put(i, name);
}

static void make_list(size_t i, unsigned deep);

/* a, a list, b */
static void
put_around(size_t i, unsigned deep, const char *a, const char *b)
{
	put(i, a);
	make_list(i, deep);
	put(i, b);
}

static void
make_word(size_t i, unsigned deep)
{
	static const char *const plain[] = {"a", "'b c;'", "\"d $x\"", "\\;",
	    "e\\\nf", "{g,h}", "*", "$'i\\\\'", "${x:-j}", "$((zz + 1))", "k=l",
	    "#m", "n#o", "'#'", "if", "}", "\"p\\\"q\"", "${x#'}'}", "''"};

	switch (deep > 3 ? 9 : pick(14)) {
	case 0:
		put_around(i, deep, "$(", ")");
		break;
	case 1:
		put_around(i, deep, "\"r $(", ") s\"");
		break;
	case 2:
		put_around(i, deep, "<(", ")");
		break;
	case 3:
		put(i, "`");
		put_name(i);
		put(i, "`");
		break;
	case 4:
		put_around(i, deep, "${x:-$(", ")}");
		break;
	case 5:
		put_around(i, deep, "$(( $(", ") + 1 ))");
		break;
	default:
		put(i, plain[pick(sizeof(plain) / sizeof(plain[0]))]);
	}
}

static void
make_redir(size_t i, unsigned deep)
{
	static const char *const some[] = {" >o", " 2>&1", " >>o", " &>o",
	    " <<<t", " 2>o", " >|o", " </dev/null", " <>o", " >&2"};

	if (deep <= 3 && pick(4) == 0) {
		put(i, pick(2) == 0 ? " <<E\n" : " <<-'E'\n");
		put_around(i, deep, "u $(", ") `");
		put_name(i);
		put(i, "`\nE\n");
		return;
	}
	put(i, some[pick(sizeof(some) / sizeof(some[0]))]);
}

static void
make_simple(size_t i, unsigned deep)
{
	unsigned n;

	if (pick(6) == 0)
		put(i, "v=w ");
	put_name(i);
	for (n = pick(3); n > 0; n--) {
		put(i, " ");
		make_word(i, deep + 1);
	}
	if (pick(3) == 0)
		make_redir(i, deep + 1);
}

static void
make_for(size_t i, unsigned deep)
{
	put(i, "for i in ");
	make_word(i, deep);
	put_around(i, deep, " 1; do ", "\ndone");
}

static void
make_case(size_t i, unsigned deep)
{
	put(i, "case a in ");
	put_around(i, deep, "b|c) ", "\n;;");
	put_around(i, deep, "(a) ", "\n;;");
	put_around(i, deep, "*) ", "\nesac");
}

static void
make_if(size_t i, unsigned deep)
{
	put_around(i, deep, "if ", "\nthen ");
	make_list(i, deep);
	put_around(i, deep, "\nelse ", "\nfi");
}

static void
make_command(size_t i, unsigned deep)
{
	switch (deep > 3 ? 99 : pick(18)) {
	case 0:
		put_around(i, deep, "(", ")");
		break;
	case 1:
		put_around(i, deep, "{ ", "\n}");
		break;
	case 2:
		make_if(i, deep);
		break;
	case 3:
		make_for(i, deep);
		break;
	case 4:
		make_case(i, deep);
		break;
	case 5:
		put_around(i, deep, "f() { ", "\n}; f");
		break;
	case 6:
		// What fails: no command exists.
		put(i, "while ");
		make_simple(i, deep);
		put(i, "\ndo zdo; done");
		break;
	case 7:
		put(i, "[[ a < ");
		make_word(i, deep + 1);
		put(i, " ]]");
		break;
	case 8:
		put(i, pick(2) == 0 ? "time -p " : "! ");
		make_simple(i, deep);
		break;
	case 9:
		put_around(i, deep, "a=(b $(", "))");
		break;
	default:
		make_simple(i, deep);
	}
}

static void
make_list(size_t i, unsigned deep)
{
	static const char *const between[] = {
	    "; ", " && ", " || ", " | ", " & ", "\n", ";", "|", "||", " |& "};
	unsigned n = deep > 3 ? 0 : pick(3);

	make_command(i, deep + 1);
	for (; n > 0; n--) {
		put(i, between[pick(sizeof(between) / sizeof(between[0]))]);
		make_command(i, deep + 1);
	}
}

/* Some bytes too many, too few, or others. */
static void
spoil(size_t i)
{
	static const char bytes[] = " \n;&|()<>'\"`$\\{}#=za[]E-";
	unsigned n;
	size_t at;

	for (n = pick(4); n > 0 && len[i] > 2 && len[i] + 2 < LINE_MAX_; n--) {
		at = pick((unsigned)len[i]);
		if (pick(2) == 0) {
			memmove(line[i] + at, line[i] + at + 1, --len[i] - at);
		} else {
			memmove(line[i] + at + 1, line[i] + at, len[i]++ - at);
			line[i][at] = bytes[pick(sizeof(bytes) - 1)];
		}
	}
	line[i][len[i]] = '\0';
}

static const char script[] =
    "cd \"$1\" || exit 1\n"
    "command_not_found_handle() {\n"
    "	echo \"$1\" >>\"$log\"; mapfile -t a <\"$log\"\n"
    "	((${#a[@]} < 300)) || kill -9 \"$me\"\n"
    "	return 1\n"
    "}\n"
    "n=0; PATH=/nonexistent; export PATH\n"
    "while IFS= read -r -d '' l <&3; do\n"
    "	log=$1/log.$n; n=$((n + 1))\n"
    "	(me=$BASHPID; FUNCNEST=20; ulimit -t 1; cd w &&"
    " eval \"$l\"; wait) </dev/null\n"
    "done 2>/dev/null >/dev/null 3<\"$1/lines\"\n";

static void
run_bash(const char *dir)
{
	char path[300];
	size_t i;
	int status;
	pid_t pid;
	FILE *out;

	snprintf(path, sizeof(path), "%s/lines", dir);
	out = fopen(path, "w");
	assert_non_null(out);
	for (i = 0; i < LINES; i++)
		fwrite(line[i], 1, len[i] + 1, out);
	assert_int_equal(fclose(out), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		execl("/bin/bash", "bash", "--norc", "-c", script, "bash", dir,
		    (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static bool
note(void *arg, struct shell *sh, const struct shell_command *c)
{
	struct found *f = arg;

	(void)sh;
	if (c->nwords == 0)
		return true;
	if ((c->word[0].flags & (SHELL_DYNAMIC | SHELL_GLOB)) != 0 ||
	    f->n == 200)
		f->unknown = true;
	else
		snprintf(
		    f->name[f->n++], sizeof(f->name[0]), "%s", c->word[0].s);
	return true;
}

/* How many commands bash ran of line i, each of them found. */
static size_t
check(const char *dir, size_t i, bool *read)
{
	static struct shell sh;
	struct found f = {.n = 0};
	char path[300], name[64];
	size_t n = 0, k;
	FILE *in;

	shell_init(&sh, note, &f);
	*read = shell_read(&sh, line[i], len[i], false) && !f.unknown;
	snprintf(path, sizeof(path), "%s/log.%zu", dir, i);
	in = fopen(path, "r");
	while (in != NULL && fgets(name, sizeof(name), in) != NULL) {
		name[strcspn(name, "\n")] = '\0';
		n++;
		// Behind |& it is the program, which is looked through.
		if (strcmp(name, "time") == 0 || name[0] == '\0')
			continue;
		for (k = 0; k < f.n && strncmp(f.name[k], name, 7) != 0;)
			k++;
		if (*read && k == f.n)
			fail_msg("bash ran \"%s\", which is not found in:\n%s",
			    name, line[i]);
	}
	if (in != NULL)
		fclose(in);
	return n;
}

static void
remove_all(const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/rm", "rm", "-rf", dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static void
test_bash(void **state)
{
	const char *tmp = getenv("TMPDIR"), *s = getenv("SHELL_SEED");
	size_t i, ran = 0, understood = 0;
	char dir[200], path[220];
	bool read;

	(void)state;
	if (access("/bin/bash", X_OK) != 0)
		skip();
	seed = s != NULL ? strtoull(s, NULL, 10) : 20261120;
	snprintf(dir, sizeof(dir), "%.100s/stockade-bash-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/w", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	for (i = 0; i < LINES; i++) {
		make_list(i, 0);
		if (i % 2 == 1)
			spoil(i);
	}
	run_bash(dir);
	for (i = 0; i < LINES; i++) {
		ran += check(dir, i, &read);
		understood += read;
	}
	remove_all(dir);
	print_message("%zu commands run, %zu of %d lines understood\n", ran,
	    understood, LINES);
	// Else nothing was compared.
	assert_true(ran > LINES);
	assert_true(understood > LINES / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
