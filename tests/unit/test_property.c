// SPDX-License-Identifier: ISC
// property: answers of a trial, good, bad and none, and what each row makes
// of them.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "src/doctor/limits.h"
#include "src/doctor/report.h"

static struct trial t;
static struct finding f;

static const struct property *
row(const char *name)
{
	const struct property *p;

	for (p = properties; p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	fail_msg("no property %s", name);
	return NULL;
}

static enum state
judged(const char *name)
{
	property_find(&t, row(name), &f);
	assert_int_equal(f.state == STATE_DEGRADED || f.state == STATE_MISSING,
	    f.mend.kind != MEND_NONE);
	return f.state;
}

static void
stand(void)
{
	memset(&t, 0, sizeof(t));
	t.stands = true;
}

static void
say(const char *line)
{
	trial_parse(t.answer, line);
}

/* Nothing may be called present of which nothing is known. */
static void
test_silence(void **state)
{
	const struct property *p;

	(void)state;
	memset(&t, 0, sizeof(t));
	err_set(&t.err, ERR_MOUNT, 1, "x");
	for (p = properties; p->name != NULL; p++)
		assert_int_not_equal(judged(p->name), STATE_PRESENT);
	stand();
	for (p = properties; p->name != NULL; p++)
		if (strcmp(p->name, "sandbox") != 0)
			assert_int_not_equal(judged(p->name), STATE_PRESENT);
}

static void
test_refused(void **state)
{
	(void)state;
	stand();
	say("mount refused EPERM\n");
	assert_int_equal(judged("no-mounts"), STATE_UNTRIED);
	say("remount refused EPERM\n");
	say("mount-new refused ENOSYS");
	assert_int_equal(judged("no-mounts"), STATE_PRESENT);
	assert_string_equal(f.detail, "EPERM, ENOSYS");
	assert_string_equal(f.by, "seccomp");
	say("remount allowed");
	assert_int_equal(judged("no-mounts"), STATE_MISSING);
	assert_string_equal(f.by, "-");
	say("x32 killed SIGSYS");
	say("i386 killed SIGSYS");
	assert_int_equal(judged("other-entries"), STATE_PRESENT);
	// What cannot be had outside, either, proves nothing.
	say("tcp-host refused ECONNREFUSED");
	assert_int_equal(judged("host-loopback"), STATE_PRESENT);
	t.control[PROBE_TCP_HOST].word = ANSWER_REFUSED;
	assert_int_equal(judged("host-loopback"), STATE_UNTRIED);
}

static void
test_rubbish(void **state)
{
	static const char *const lines[] = {"", " ", "mount", "mount ",
	    "mount refusedEPERM", "mount  refused EPERM", "nosuch refused X",
	    "MOUNT refused EPERM", "mount perhaps EPERM"};
	size_t i;

	(void)state;
	stand();
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		say(lines[i]);
		assert_int_equal(t.answer[PROBE_MOUNT].word, ANSWER_NONE);
	}
	say("mount refused \033[31mEPERM\001");
	assert_string_equal(t.answer[PROBE_MOUNT].text, "?[31mEPERM?");
}

static void
test_values(void **state)
{
	(void)state;
	stand();
	snprintf(t.ns_own[TRIAL_NS_MNT], sizeof(t.ns_own[TRIAL_NS_MNT]), "%s",
	    "mnt:[1]");
	say("namespaces value user:[9] mnt:[1] pid:[3]");
	assert_int_equal(judged("mount-namespace"), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_REPORT);
	say("namespaces value user:[9] mnt:[2] pid:[3]");
	assert_int_equal(judged("mount-namespace"), STATE_PRESENT);
	say("status value CapInh=0000000000000000 CapPrm=0000000000000000 "
	    "CapEff=0000000000000000 CapBnd=0000000000000000 "
	    "CapAmb=0000000000000000 NoNewPrivs=1 Seccomp=2 ");
	assert_int_equal(judged("no-capabilities"), STATE_PRESENT);
	say("status value CapInh=0000000000000000 CapPrm=0000000000000000 "
	    "CapEff=0000000000000000 CapBnd=0000000000000001 "
	    "CapAmb=0000000000000000 NoNewPrivs=1 Seccomp=2 ");
	assert_int_equal(judged("no-capabilities"), STATE_MISSING);
	say("setuid value gained /usr/bin/su");
	assert_int_equal(judged("no-setuid-gain"), STATE_MISSING);
	say("setuid value none");
	assert_int_equal(judged("no-setuid-gain"), STATE_UNTRIED);
	say("groups value 0");
	assert_int_equal(judged("no-groups"), STATE_PRESENT);
	say("groups value 2");
	assert_int_equal(judged("no-groups"), STATE_DEGRADED);
	say("processes value 200");
	assert_int_equal(judged("host-processes"), STATE_MISSING);
	say("proc-secrets value /proc/kcore");
	assert_int_equal(judged("proc-masks"), STATE_MISSING);
}

static void
test_ids(void **state)
{
	(void)state;
	stand();
	t.uid = t.peer_uid = 1000;
	t.peer = true;
	assert_int_equal(judged("own-ids"), STATE_DEGRADED);
	t.peer_uid = 1879052288;
	assert_int_equal(judged("own-ids"), STATE_PRESENT);
	t.uid = t.peer_uid = 0;
	assert_int_equal(judged("own-ids"), STATE_MISSING);
	say("workspace allowed");
	assert_int_equal(judged("ownership"), STATE_MISSING);
	t.made = true;
	t.made_uid = 5;
	assert_int_equal(judged("ownership"), STATE_MISSING);
	t.made_uid = t.uid;
	assert_int_equal(judged("ownership"), STATE_PRESENT);
}

static void
test_processes(void **state)
{
	(void)state;
	stand();
	assert_int_equal(judged("cgroup-per-command"), STATE_DEGRADED);
	t.facts.cgroup = true;
	snprintf(
	    t.cgroup_command[0], sizeof(t.cgroup_command[0]), "%s", "/b/c1");
	snprintf(
	    t.cgroup_command[1], sizeof(t.cgroup_command[1]), "%s", "/b/c1");
	assert_int_equal(judged("cgroup-per-command"), STATE_MISSING);
	snprintf(
	    t.cgroup_command[1], sizeof(t.cgroup_command[1]), "%s", "/b/c2");
	assert_int_equal(judged("cgroup-per-command"), STATE_PRESENT);
	t.lingered = true;
	assert_int_equal(judged("leftovers"), STATE_MISSING);
	t.linger_gone = true;
	assert_int_equal(judged("leftovers"), STATE_PRESENT);
	t.left_pid = 9;
	assert_int_equal(judged("nothing-left"), STATE_MISSING);
	t.clean = true;
	assert_int_equal(judged("nothing-left"), STATE_PRESENT);
	t.facts.landlock_abi = 7;
	t.reopen.word = ANSWER_ALLOWED;
	assert_int_equal(judged("landlock"), STATE_MISSING);
	t.reopen.word = ANSWER_REFUSED;
	assert_int_equal(judged("landlock"), STATE_PRESENT);
	t.facts.landlock_abi = 0;
	assert_int_equal(judged("landlock"), STATE_MISSING);
}

static void
test_limits(void **state)
{
	(void)state;
	stand();
	t.by[LIMIT_MEMORY] = BOX_BY_CGROUP;
	t.end[LIMIT_MEMORY].ran = true;
	assert_int_equal(judged("limit-memory"), STATE_MISSING);
	t.end[LIMIT_MEMORY].result.oom_killed = true;
	assert_int_equal(judged("limit-memory"), STATE_PRESENT);
	t.by[LIMIT_MEMORY] = BOX_BY_WATCHDOG;
	assert_int_equal(judged("limit-memory"), STATE_DEGRADED);
	assert_string_equal(f.mend.controller, "memory");
	t.by[LIMIT_TIME] = BOX_BY_WATCHDOG;
	assert_int_equal(judged("limit-time"), STATE_PRESENT);
	t.by[LIMIT_IO_RATE] = BOX_BY_MISSING;
	assert_int_equal(judged("limit-io-rate"), STATE_MISSING);
	t.by[LIMIT_PIDS] = BOX_BY_RLIMIT;
	t.spec.limit[LIMIT_PIDS] = 32;
	t.end[LIMIT_PIDS].ran = true;
	snprintf(t.end[LIMIT_PIDS].text, sizeof(t.end[LIMIT_PIDS].text), "%s",
	    "31 EAGAIN");
	assert_int_equal(judged("limit-pids"), STATE_PRESENT);
	snprintf(t.end[LIMIT_PIDS].text, sizeof(t.end[LIMIT_PIDS].text), "%s",
	    "60 EAGAIN");
	assert_int_equal(judged("limit-pids"), STATE_MISSING);
	snprintf(t.end[LIMIT_PIDS].text, sizeof(t.end[LIMIT_PIDS].text), "%s",
	    "64 allowed");
	assert_int_equal(judged("limit-pids"), STATE_MISSING);
	t.by[LIMIT_DISK] = BOX_BY_WATCHDOG;
	t.end[LIMIT_DISK].ran = true;
	assert_int_equal(judged("limit-disk"), STATE_MISSING);
	t.end[LIMIT_DISK].result.hits = 1ULL << LIMIT_DISK;
	assert_int_equal(judged("limit-disk"), STATE_PRESENT);
	t.by[LIMIT_FSIZE] = BOX_BY_RLIMIT;
	say("fsize refused EIO");
	assert_int_equal(judged("limit-fsize"), STATE_MISSING);
	say("fsize refused EFBIG");
	assert_int_equal(judged("limit-fsize"), STATE_PRESENT);
}

/* Scripts know the names; the table has room for each. */
static void
test_table(void **state)
{
	const struct property *p, *q;
	size_t n = 0;

	(void)state;
	for (p = properties; p->name != NULL; p++, n++) {
		assert_true(strlen(p->name) <= 22);
		assert_true(p->by == NULL || strlen(p->by) <= 17);
		assert_non_null(property_since(p));
		assert_true(strlen(property_since(p)) <= 6);
		for (q = properties; q != p; q++)
			assert_string_not_equal(p->name, q->name);
	}
	assert_true(n <= DOCTOR_PROPERTIES_MAX);
}

static void
test_gate(void **state)
{
	(void)state;
	stand();
	assert_int_equal(judged("gate"), STATE_UNTRIED);
	assert_int_equal(judged("gate-rules"), STATE_UNTRIED);
	t.gate.tried = true;
	err_set(&t.gate.err, ERR_NET, 0, "no veth");
	assert_int_equal(judged("gate"), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_GATE);
	assert_string_equal(f.detail, "no veth");
	assert_int_equal(judged("gate-rules"), STATE_UNTRIED);
	t.spec.choice[CHOICE_SECCOMP] = SECCOMP_STRICT;
	assert_int_equal(judged("gate"), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_CEILING);
	t.gate.stands = true;
	assert_int_equal(judged("gate"), STATE_PRESENT);
	assert_int_equal(judged("gate-rules"), STATE_MISSING);
	t.gate.ports = true;
	assert_int_equal(judged("gate"), STATE_DEGRADED);
	assert_int_equal(f.mend.kind, MEND_TPROXY);
	assert_string_equal(f.by, "listeners");
	t.gate.refused = t.gate.named = true;
	assert_int_equal(judged("gate-rules"), STATE_MISSING);
	t.gate.bounded = true;
	assert_int_equal(judged("gate-rules"), STATE_UNTRIED);
	t.gate.reached = true;
	assert_int_equal(judged("gate-rules"), STATE_PRESENT);
	t.gate.refused = false;
	assert_int_equal(judged("gate-rules"), STATE_MISSING);
}

/* A sandbox that answers all for which it was built. */
static void
asked(struct asked_trial *a)
{
	*a = (struct asked_trial){.tried = true, .stands = true};
}

/* What each of them says of one that was not built. */
static void
unbuilt(const char *name, struct asked_trial *a)
{
	*a = (struct asked_trial){.tried = true};
	err_set(&a->err, ERR_LANDLOCK, 0, "wants Landlock");
	assert_int_equal(judged(name), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_LANDLOCK);
	assert_string_equal(f.detail, "Landlock is not in use");
	err_set(&a->err, ERR_MOUNT, ENOSYS, "x");
	assert_int_equal(judged(name), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_KERNEL);
	err_set(&a->err, ERR_GONE, 0, "x");
	assert_int_equal(judged(name), STATE_MISSING);
	assert_int_equal(f.mend.kind, MEND_REPORT);
	err_set(&a->err, ERR_REFUSED, 0, "x");
	assert_int_equal(judged(name), STATE_UNTRIED);
	asked(a);
	err_set(&a->err, ERR_GONE, 0, "it went");
	assert_int_equal(judged(name), STATE_MISSING);
	asked(a);
}

static void
test_commands(void **state)
{
	struct commands_trial *c = &t.commands;

	(void)state;
	stand();
	assert_int_equal(judged("command-rules"), STATE_UNTRIED);
	c->allowed = "/bin/true";
	c->other = "/bin/sh";
	c->other_status = 126;
	unbuilt("command-rules", &c->box);
	assert_int_equal(judged("command-rules"), STATE_PRESENT);
	assert_string_equal(f.detail, "others are refused");
	c->allowed_status = 126;
	assert_int_equal(judged("command-rules"), STATE_MISSING);
	c->allowed_status = c->other_status = 0;
	assert_int_equal(judged("command-rules"), STATE_MISSING);
	assert_string_equal(f.detail, "/bin/sh runs");
	c->other_status = 126;
	snprintf(c->loader, sizeof(c->loader), "%s", "/lib64/ld.so");
	assert_int_equal(judged("command-rules"), STATE_MISSING);
	c->other_loaded = 127;
	assert_int_equal(judged("command-rules"), STATE_PRESENT);
	c->allowed_loaded = 127;
	assert_int_equal(judged("command-rules"), STATE_UNTRIED);
}

static void
test_root(void **state)
{
	struct asked_trial *a = &t.root.box;

	(void)state;
	stand();
	assert_int_equal(judged("root-directory"), STATE_UNTRIED);
	say("tree value share");
	unbuilt("root-directory", a);
	assert_int_equal(judged("root-directory"), STATE_MISSING);
	t.root.tree = (struct answer){ANSWER_VALUE, "share"};
	assert_int_equal(judged("root-directory"), STATE_MISSING);
	assert_string_equal(f.detail, "/usr/share is there");
	t.root.tree = (struct answer){ANSWER_VALUE, "bin"};
	assert_int_equal(judged("root-directory"), STATE_PRESENT);
	say("tree value bin");
	assert_int_equal(judged("root-directory"), STATE_UNTRIED);
	err_set(&a->err, ERR_EXEC, ENOENT, "x");
	assert_int_equal(judged("root-directory"), STATE_MISSING);
	err_set(&a->err, ERR_EXEC, EACCES, "x");
	assert_int_equal(judged("root-directory"), STATE_MISSING);
	say("exec-copy refused EACCES");
	assert_int_equal(judged("root-directory"), STATE_UNTRIED);
}

static void
test_tight(void **state)
{
	struct asked_trial *a = &t.tight.box;

	(void)state;
	stand();
	say("exec-copy allowed");
	assert_int_equal(judged("workspace-noexec"), STATE_UNTRIED);
	assert_int_equal(judged("seccomp-strict"), STATE_UNTRIED);
	unbuilt("workspace-noexec", a);
	unbuilt("seccomp-strict", a);
	assert_int_equal(judged("workspace-noexec"), STATE_UNTRIED);
	trial_parse(t.tight.answer, "exec-copy allowed");
	assert_int_equal(judged("workspace-noexec"), STATE_MISSING);
	trial_parse(t.tight.answer, "exec-copy refused EACCES");
	assert_int_equal(judged("workspace-noexec"), STATE_PRESENT);
	say("exec-copy refused EACCES");
	assert_int_equal(judged("workspace-noexec"), STATE_UNTRIED);
	t.spec.choice[CHOICE_EXEC] = EXEC_NO;
	assert_int_equal(judged("workspace-noexec"), STATE_PRESENT);
	trial_parse(t.tight.answer, "inet refused EPERM");
	assert_int_equal(judged("seccomp-strict"), STATE_UNTRIED);
	trial_parse(t.tight.answer, "exec-memory allowed");
	assert_int_equal(judged("seccomp-strict"), STATE_MISSING);
	trial_parse(t.tight.answer, "exec-memory refused EPERM");
	assert_int_equal(judged("seccomp-strict"), STATE_PRESENT);
	trial_parse(t.tight.answer, "inet allowed");
	assert_int_equal(judged("seccomp-strict"), STATE_MISSING);
	t.control[PROBE_INET].word = ANSWER_REFUSED;
	assert_int_equal(judged("seccomp-strict"), STATE_UNTRIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_silence),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_gate),
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_root),
	    cmocka_unit_test(test_tight),
	    cmocka_unit_test(test_rubbish),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_ids),
	    cmocka_unit_test(test_processes),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("property", tests, NULL, NULL);
}
