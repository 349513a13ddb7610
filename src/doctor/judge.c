// SPDX-License-Identifier: ISC
// How an answer becomes a finding: isolation.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/doctor/property.h"

// More would be the host's: pid 1, the reaper, the probe and its child.
#define PROCESSES_MAX 8

static void __attribute__((format(printf, 3, 4)))
found(struct finding *f, enum state state, const char *fmt, ...)
{
	va_list ap;

	f->state = state;
	va_start(ap, fmt);
	vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
	va_end(ap);
}

// What was asked for in vain outside, too, proves nothing inside.
static bool
no_control(const struct trial *t, int id, struct finding *f)
{
	const struct answer *c = &t->control[id];

	if (c->word != ANSWER_REFUSED)
		return false;
	found(f, STATE_UNTRIED, "outside, too: %.60s", c->text);
	return true;
}

// One of several requests. True if the row is settled.
static bool
one_refused(const struct trial *t, int id, struct finding *f)
{
	const struct answer *a = &t->answer[id];
	size_t n = strlen(f->detail);

	if (no_control(t, id, f))
		return true;
	switch (a->word) {
	case ANSWER_NONE:
	case ANSWER_VALUE:
		found(f, STATE_UNTRIED, "no answer");
		return true;
	case ANSWER_ALLOWED:
		found(f, STATE_MISSING, "it was allowed");
		return true;
	case ANSWER_REFUSED:
	case ANSWER_KILLED:
		// Each reason once.
		if (strstr(f->detail, a->text) == NULL)
			snprintf(f->detail + n, sizeof(f->detail) - n,
			    "%s%.20s", n > 0 ? ", " : "", a->text);
		return false;
	}
	return false;
}

void
judge_refused(
    const struct trial *t, const struct property *p, struct finding *f)
{
	size_t i;

	if (one_refused(t, p->arg, f))
		return;
	for (i = 0; i < PROPERTY_ASKS_MAX && p->also[i] != 0; i++)
		if (one_refused(t, p->also[i], f))
			return;
	f->state = STATE_PRESENT;
}

void
judge_allowed(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = &t->answer[p->arg];

	if (a->word == ANSWER_ALLOWED)
		found(f, STATE_PRESENT, "works");
	else if (a->word != ANSWER_NONE)
		found(f, STATE_MISSING, "%.60s", a->text);
}

void
judge_sandbox(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct err *e = !t->stands ? &t->err : &t->trouble;

	(void)p;
	if (e->code == ERR_NONE) {
		found(f, STATE_PRESENT, "built and run");
		return;
	}
	found(f, STATE_MISSING, "%s", err_name(e->code));
	f->mend.kind = t->stands ? MEND_REPORT : mend_of_error(e);
}

// The word of that number in a text of words.
static bool
word_at(const char *text, int n, char *out, size_t size)
{
	while (n-- > 0) {
		text = strchr(text, ' ');
		if (text == NULL)
			return false;
		text++;
	}
	snprintf(out, size, "%.*s", (int)strcspn(text, " "), text);
	return true;
}

void
judge_namespace(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const char *own = t->ns_own[p->arg];
	int error = t->ns_errno[p->arg];
	char theirs[40];

	if (!t->stands) {
		if (error == 0)
			found(f, STATE_UNTRIED, "can be made");
		else
			found(f, STATE_MISSING, "%s", strerrorname_np(error));
		return;
	}
	if (own[0] == '\0' ||
	    t->answer[PROBE_NAMESPACES].word != ANSWER_VALUE ||
	    !word_at(t->answer[PROBE_NAMESPACES].text, p->arg, theirs,
		sizeof(theirs)) ||
	    theirs[0] == '-') {
		found(f, STATE_UNTRIED, "the kernel does not tell");
		return;
	}
	if (strcmp(own, theirs) != 0) {
		found(f, STATE_PRESENT, "differs");
		return;
	}
	found(f, STATE_MISSING, "the host's");
	f->mend.kind = MEND_REPORT;
}

static bool
has_line(const char *text, const char *line)
{
	const char *p = strstr(text, line);

	return p != NULL && p[strlen(line)] == ' ';
}

void
judge_status(const struct trial *t, const struct property *p, struct finding *f)
{
	static const char *const sets[] = {
	    "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
	const char *text = t->answer[PROBE_STATUS].text;
	char line[40];
	size_t i;

	(void)p;
	if (t->answer[PROBE_STATUS].word != ANSWER_VALUE)
		return;
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		snprintf(line, sizeof(line), "%s=0000000000000000", sets[i]);
		if (!has_line(text, line)) {
			found(f, STATE_MISSING, "%s is not empty", sets[i]);
			return;
		}
	}
	if (!has_line(text, "NoNewPrivs=1"))
		found(f, STATE_MISSING, "no_new_privs is off");
	else if (!has_line(text, "Seccomp=2"))
		found(f, STATE_MISSING, "no system call filter");
	else
		found(f, STATE_PRESENT, "empty");
}

void
judge_setuid(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = &t->answer[PROBE_SETUID];

	(void)p;
	if (a->word != ANSWER_VALUE)
		return;
	if (strncmp(a->text, "gained ", 7) == 0)
		found(f, STATE_MISSING, "%.60s gained", a->text + 7);
	else if (strncmp(a->text, "same ", 5) == 0)
		found(f, STATE_PRESENT, "%.60s", a->text + 5);
	else
		found(f, STATE_UNTRIED, "no setuid program here");
}

void
judge_groups(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = &t->answer[PROBE_GROUPS];
	long n = strtol(a->text, NULL, 10);

	(void)p;
	if (a->word != ANSWER_VALUE)
		return;
	if (n == 0)
		found(f, STATE_PRESENT, "none");
	// The service lets a caller's own group open the caller's own files.
	else if (n == 1 && t->way == WAY_IN_SERVICE && !t->facts.groups)
		found(f, STATE_PRESENT, "the caller's own");
	else
		found(f, t->privileged ? STATE_MISSING : STATE_DEGRADED,
		    "%ld stay", n);
}

void
judge_own_ids(
    const struct trial *t, const struct property *p, struct finding *f)
{
	(void)p;
	if (!t->peer)
		return;
	if (t->peer_uid != t->uid) {
		found(f, STATE_PRESENT, "uid %u", (unsigned)t->peer_uid);
		return;
	}
	// Root's own number is of another kind than an ordinary user's.
	found(f, t->uid == 0 ? STATE_MISSING : STATE_DEGRADED,
	    "the caller's, %u", (unsigned)t->peer_uid);
	f->by = "user namespace";
}

void
judge_ownership(
    const struct trial *t, const struct property *p, struct finding *f)
{
	(void)p;
	if (t->answer[PROBE_WORKSPACE].word != ANSWER_ALLOWED)
		return;
	if (!t->made) {
		found(f, STATE_MISSING, "no file came out");
		return;
	}
	if (t->facts.idmapped)
		f->by = "id-mapped mount";
	found(f, t->made_uid == t->uid ? STATE_PRESENT : STATE_MISSING,
	    "uid %u", (unsigned)t->made_uid);
}

void
judge_landlock(
    const struct trial *t, const struct property *p, struct finding *f)
{
	(void)p;
	if (!t->stands) {
		if (t->kernel_landlock == 0)
			found(f, STATE_MISSING, "not in use");
		return;
	}
	if (t->facts.landlock_abi == 0) {
		found(f, STATE_MISSING, "not in use");
	} else if (t->reopen.word == ANSWER_NONE) {
		return;
	} else if (t->reopen.word == ANSWER_ALLOWED) {
		found(f, STATE_MISSING, "ABI %u, and it was allowed",
		    t->facts.landlock_abi);
		f->mend.kind = MEND_REPORT;
	} else {
		found(f, STATE_PRESENT, "ABI %u, %.20s", t->facts.landlock_abi,
		    t->reopen.text);
	}
}

void
judge_secrets(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = &t->answer[PROBE_PROC_SECRETS];

	(void)p;
	if (a->word != ANSWER_VALUE)
		return;
	if (strcmp(a->text, "masked") == 0)
		found(f, STATE_PRESENT, "empty or not there");
	else
		found(f, STATE_MISSING, "%.60s", a->text);
}

void
judge_processes(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct answer *a = &t->answer[PROBE_PROCESSES];
	long n = strtol(a->text, NULL, 10);

	(void)p;
	if (a->word != ANSWER_VALUE)
		return;
	found(f, n > 0 && n <= PROCESSES_MAX ? STATE_PRESENT : STATE_MISSING,
	    "%ld, all its own", n);
	if (f->state == STATE_MISSING)
		snprintf(f->detail, sizeof(f->detail), "%ld are seen", n);
}

void
judge_leftovers(
    const struct trial *t, const struct property *p, struct finding *f)
{
	(void)p;
	if (!t->stands)
		return;
	if (!t->lingered) {
		found(f, STATE_UNTRIED, "nothing stayed");
		return;
	}
	if (!t->facts.cgroup)
		f->by = "subreaper";
	found(f, t->linger_gone ? STATE_PRESENT : STATE_MISSING, "%s",
	    t->linger_gone ? "killed" : "still there");
}

void
judge_cgroup(const struct trial *t, const struct property *p, struct finding *f)
{
	const char *a = t->cgroup_command[0], *b = t->cgroup_command[1];

	(void)p;
	if (!t->stands)
		return;
	if (!t->facts.cgroup) {
		found(f, STATE_DEGRADED, "a subreaper each");
		f->by = "subreaper";
		return;
	}
	if (a[0] == '\0' || b[0] == '\0') {
		found(f, STATE_UNTRIED, "/proc does not tell");
		return;
	}
	if (strcmp(a, b) != 0 && strcmp(a, t->cgroup_own) != 0) {
		found(f, STATE_PRESENT, "one each");
		return;
	}
	found(f, STATE_MISSING, "both in %.40s", a);
	f->mend.kind = MEND_REPORT;
}

void
judge_clean(const struct trial *t, const struct property *p, struct finding *f)
{
	(void)p;
	if (!t->stands || t->left_pid <= 0)
		return;
	found(f, t->clean ? STATE_PRESENT : STATE_MISSING, "%s",
	    t->clean ? "all gone" : "something is left");
}
