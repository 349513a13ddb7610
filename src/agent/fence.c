// SPDX-License-Identifier: ISC
// Fenced blocks of code in what a model says.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/fence.h"

#define PATH_LEN_MAX 200
#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))

static const struct fence_lang langs[] = {
    {{"python", "py", "python3"}, "py", "python3"},
    {{"javascript", "js", "node"}, "js", "node"},
    {{"typescript", "ts"}, "ts", NULL},
    {{"c"}, "c", NULL},
    {{"cpp", "c++", "cc"}, "cpp", NULL},
    {{"go", "golang"}, "go", "go run"},
    {{"rust", "rs"}, "rs", NULL},
    {{"ruby", "rb"}, "rb", "ruby"},
    {{"perl", "pl"}, "pl", "perl"},
    {{"lua"}, "lua", "lua"},
    {{"php"}, "php", "php"},
    {{"java"}, "java", "java"},
    {{"html"}, "html", NULL},
    {{"css"}, "css", NULL},
    {{"sql"}, "sql", NULL},
    {{"awk"}, "awk", NULL},
};
static const char *const shells[] = {
    "sh", "bash", "shell", "zsh", "console", "shell-session", "terminal"};
static const char *const patches[] = {"diff", "patch", "udiff"};

static bool
is_one_of(const char *s, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

const struct fence_lang *
fence_lang(const char *name)
{
	size_t i, j;

	for (i = 0; i < COUNT(langs); i++)
		for (j = 0; langs[i].names[j] != NULL; j++)
			if (strcmp(langs[i].names[j], name) == 0)
				return &langs[i];
	return NULL;
}

const struct fence_lang *
fence_lang_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t i;

	for (i = 0; dot != NULL && i < COUNT(langs); i++)
		if (strcmp(langs[i].ext, dot + 1) == 0)
			return &langs[i];
	return NULL;
}

/* What may well be the name of a file, and is not a word of prose. */
static bool
is_path(const char *s, size_t n)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._/+@-";
	static const char *const plain[] = {"Makefile", "Dockerfile"};
	size_t i;

	for (i = 0; i < COUNT(plain); i++)
		if (n == strlen(plain[i]) && memcmp(s, plain[i], n) == 0)
			return true;
	for (i = 0; i < n; i++)
		if (s[i] == '\0' || strchr(chars, s[i]) == NULL)
			return false;
	return n > 2 && n < PATH_LEN_MAX && *s != '-' && s[n - 1] != '.' &&
	       s[n - 1] != '/' && memmem(s, n, "..", 2) == NULL &&
	       (memchr(s, '/', n) != NULL || memchr(s + 1, '.', n - 1) != NULL);
}

static char *
take(const char *s, size_t n)
{
	struct text t = {0};

	text_add(&t, s, n);
	return text_take(&t);
}

/* "python", "python a.py", "py:a.py", "a.py", "python title=\"a.py\"" */
static char *
read_info(const char *s, size_t n, char lang[FENCE_LANG_MAX])
{
	static const char cut[] = " \t:{}=\"'`,";
	char *path = NULL;
	size_t i = 0, len, words = 0;

	lang[0] = '\0';
	for (; i < n; i += len + 1) {
		len = 0;
		while (i + len < n && strchr(cut, s[i + len]) == NULL)
			len++;
		if (len == 0)
			continue;
		if (is_path(s + i, len) && path == NULL)
			path = take(s + i, len);
		else if (words == 0 && len < FENCE_LANG_MAX)
			memcpy(lang, s + i, len), lang[len] = '\0';
		words++;
	}
	for (i = 0; lang[i] != '\0'; i++)
		lang[i] = (char)tolower((unsigned char)lang[i]);
	return path;
}

static const char around[] = " \t*#`\"'_:->/<!;"; // a title's name

/* Passes over what is not of the name: how many bytes. */
static size_t
before_name(const char *s, size_t n)
{
	size_t i = 0;

	while (
	    i < n && strchr(around, s[i]) != NULL && s[i] != '/' && s[i] != '_')
		i++;
	return i;
}

/* A line that is a name and nothing else: "### `a.py`", "File: a.py:". */
static char *
read_title(const char *s, size_t n)
{
	static const char *const labels[] = {
	    "file:", "File:", "path:", "Path:", "filename:", "Filename:"};
	size_t i, k = before_name(s, n);

	s += k, n -= k;
	for (i = 0; i < COUNT(labels); i++) {
		k = strlen(labels[i]);
		if (n > k && memcmp(s, labels[i], k) == 0)
			s += k, n -= k;
	}
	k = before_name(s, n);
	s += k, n -= k;
	while (n > 0 && strchr(around, s[n - 1]) != NULL)
		n--;
	return is_path(s, n) && *s != '/' ? take(s, n) : NULL;
}

/* "Now change `a.py`:" names one file, in backquotes, and leads to it. */
static char *
read_lead(const char *s, size_t n)
{
	const char *a, *z, *end = s + n;
	char *path = NULL;

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '*'))
		n--;
	if (n == 0 || s[n - 1] != ':')
		return NULL;
	for (; (a = memchr(s, '`', (size_t)(end - s))) != NULL; s = z + 1) {
		z = memchr(a + 1, '`', (size_t)(end - a - 1));
		if (z == NULL)
			break;
		if (!is_path(a + 1, (size_t)(z - a - 1)))
			continue;
		if (path != NULL) { // two: who knows which
			free(path);
			return NULL;
		}
		path = take(a + 1, (size_t)(z - a - 1));
	}
	return path;
}

/* The first line of a body that is a comment with a name: "# a.py". */
static char *
read_comment(const char *s)
{
	static const char *const marks[] = {"# ", "// ", "-- ", "/* ", "<!-- "};
	size_t n = strcspn(s, "\n"), i, k;

	for (i = 0; i < COUNT(marks); i++) {
		k = strlen(marks[i]);
		if (n <= k || memcmp(s, marks[i], k) != 0)
			continue;
		s += k, n -= k;
		while (n > 0 && strchr(" */-><!", s[n - 1]) != NULL)
			n--;
		return read_title(s, n);
	}
	return NULL;
}

/* The prompt before commands goes, and with it what is no command. */
static void
strip_prompts(struct text *body)
{
	struct text out = {0};
	const char *s = text_of(body);
	size_t n;

	if (strncmp(s, "$ ", 2) != 0)
		return;
	for (; *s != '\0'; s += n + (s[n] != '\0')) {
		n = strcspn(s, "\n");
		if (strncmp(s, "$ ", 2) == 0) {
			text_add(&out, s + 2, n - 2);
			text_char(&out, '\n');
		}
	}
	text_free(body);
	*body = out;
}

static void
decide(struct fence *f, char *title, char *lead)
{
	bool shell = is_one_of(f->lang, shells, COUNT(shells));

	if (f->path == NULL && is_one_of(f->lang, patches, COUNT(patches))) {
		f->kind = FENCE_PATCH;
	} else if (f->path != NULL || title != NULL) {
		f->kind = FENCE_FILE;
	} else if (shell) {
		// "Run `a.sh`:" is about a file, and means a command.
		f->kind = FENCE_SHELL;
		strip_prompts(&f->body);
	} else if (lead != NULL ||
		   (lead = read_comment(text_of(&f->body))) != NULL) {
		f->kind = FENCE_FILE;
	} else {
		f->kind =
		    fence_lang(f->lang) != NULL ? FENCE_CODE : FENCE_OTHER;
	}
	if (f->kind == FENCE_FILE && f->path == NULL) {
		f->path = title != NULL ? title : lead;
		title = title != NULL ? NULL : title;
		lead = f->path == lead ? NULL : lead;
	}
	free(title);
	free(lead);
}

/* How many backquotes or tildes a line begins with, after blanks. */
static size_t
marks_of(const char *line, size_t *indent, char *mark)
{
	size_t n = 0;

	*indent = strspn(line, " \t");
	*mark = line[*indent];
	if (*mark != '`' && *mark != '~')
		return 0;
	while (line[*indent + n] == *mark)
		n++;
	return n >= 3 ? n : 0;
}

static void
read_body(
    const char **p, struct fence *f, size_t indent, size_t marks, char mark)
{
	size_t n, blank, i;
	char m;

	for (; **p != '\0'; *p += n + ((*p)[n] != '\0')) {
		n = strcspn(*p, "\n");
		if (marks_of(*p, &blank, &m) >= marks && m == mark) {
			i = blank;
			while ((*p)[i] == mark)
				i++;
			if (i + strspn(*p + i, " \t\r") == n) {
				*p += n + ((*p)[n] != '\0');
				f->closed = true;
				return;
			}
		}
		i = strspn(*p, " \t");
		i = i < indent ? i : indent;
		text_add(&f->body, *p + i, n - i);
		text_char(&f->body, '\n');
	}
}

bool
fence_next(const char **p, struct fence *f)
{
	const char *before = "", *info;
	size_t before_len = 0, n, indent, marks;
	char mark;

	memset(f, 0, sizeof(*f));
	for (; **p != '\0'; *p += n + ((*p)[n] != '\0')) {
		n = strcspn(*p, "\n");
		marks = marks_of(*p, &indent, &mark);
		info = *p + indent + marks;
		// `code` on one line is none.
		if (marks == 0 ||
		    memchr(info, '`', n - indent - marks) != NULL) {
			if (strspn(*p, " \t\r") < n)
				before = *p, before_len = n;
			continue;
		}
		while (n > indent + marks && (*p)[n - 1] == '\r')
			n--;
		f->path = read_info(info, n - indent - marks, f->lang);
		*p += strcspn(*p, "\n");
		*p += **p != '\0';
		read_body(p, f, indent, marks, mark);
		decide(f, read_title(before, before_len),
		    read_lead(before, before_len));
		return true;
	}
	return false;
}

void
fence_free(struct fence *f)
{
	free(f->path);
	text_free(&f->body);
	memset(f, 0, sizeof(*f));
}
