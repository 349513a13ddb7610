// SPDX-License-Identifier: ISC
// syscalls: the tables make sense and forget nothing, and the compiled filters
// say what they say for every number.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include "jail/filters.h"
#include "policy/spec.h"
#include "policy/syscalls.h"

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define X32	    0x40000000u
#define GARBAGE	    0xdeadbeef00000000u
#define REFUSE	    (SECCOMP_RET_ERRNO | EPERM)
#define NOT_THERE   (SECCOMP_RET_ERRNO | ENOSYS)
#define UNSUPPORTED 0xffffffffu

struct program {
	const char *name;
	const struct sock_filter *f;
	size_t n;
	uint32_t in;
	bool helper;
};

static const struct program programs[] = {
    {"default", filter_default, COUNT(filter_default), SYSCALL_IN_DEFAULT,
	false},
    {"strict", filter_strict, COUNT(filter_strict), SYSCALL_IN_STRICT, false},
    {"helper", filter_helper, COUNT(filter_helper),
	SYSCALL_IN_DEFAULT | SYSCALL_IN_HELPER, true},
};
_Static_assert(COUNT(programs) == SYSCALL__PROFILES + 1, "each is tested");

static const char *const dangerous[] = {"mount", "umount2", "pivot_root",
    "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "setns", "kcmp", "pidfd_getfd", "bpf",
    "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "keyctl", "add_key", "request_key", "init_module",
    "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "iopl",
    "ioperm", "modify_ldt", "sethostname", "setdomainname", "settimeofday",
    "clock_settime", "clock_adjtime", "adjtimex", "open_by_handle_at",
    "name_to_handle_at", "lookup_dcookie", "nfsservctl", "uselib", "_sysctl",
    "sysfs", "ustat", "vhangup", "fanotify_init", "fanotify_mark", "move_pages",
    "migrate_pages", "memfd_secret"};

// More of it in strict.
static const char *const more_dangerous[] = {"ptrace", "process_vm_readv",
    "process_vm_writev", "memfd_create", "vmsplice", "io_submit",
    "remap_file_pages"};

static int
number_of(const char *name)
{
	const struct syscall_number *n;
	int nr = seccomp_syscall_resolve_name(name);

	for (n = syscalls_numbers; nr == __NR_SCMP_ERROR && n->name; n++)
		if (strcmp(n->name, name) == 0)
			nr = n->number;
	return nr;
}

static unsigned
conditions(const struct syscall_rule *r)
{
	unsigned n = 0;

	while (n < COUNT(r->cond) && r->cond[n].used)
		n++;
	return n;
}

static bool
listed(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

// Calls f with each row, those without arguments too, and its group.
static void
each_row(void (*f)(const struct syscall_rule *, const struct syscall_group *))
{
	const struct syscall_group *g;
	const struct syscall_rule *r;
	struct syscall_rule plain;
	const char *const *c;

	for (g = syscalls_groups; g->name != NULL; g++) {
		for (c = g->calls; c != NULL && *c != NULL; c++) {
			memset(&plain, 0, sizeof(plain));
			plain.name = *c;
			f(&plain, g);
		}
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			f(r, g);
	}
}

static void
check_row(const struct syscall_rule *r, const struct syscall_group *g)
{
	unsigned i, n = conditions(r);

	if (number_of(r->name) == __NR_SCMP_ERROR)
		fail_msg("%s: %s is no system call", g->name, r->name);
	assert_true(number_of(r->name) <= SYSCALL_KNOWN_MAX);
	assert_true(r->verdict < SYSCALL__VERDICTS);
	assert_true(g->in != 0);
	// The helper's own rows are no profile's.
	assert_true(
	    (g->in & ~SYSCALL_IN_ALL) == 0 || g->in == SYSCALL_IN_HELPER);
	for (i = 0; i < COUNT(r->cond); i++) {
		assert_int_equal(r->cond[i].used, i < n);
		assert_true(r->cond[i].arg < 6);
		// A value outside its mask would never match.
		assert_int_equal(r->cond[i].value & ~r->cond[i].mask, 0);
		if (i > 0 && i < n)
			assert_true(r->cond[i].arg > r->cond[i - 1].arg);
	}
}

static void
test_rows(void **state)
{
	const struct syscall_number *n;
	int nr;

	(void)state;
	each_row(check_row);
	for (n = syscalls_numbers; n->name != NULL; n++) {
		nr = seccomp_syscall_resolve_name(n->name);
		if (nr != __NR_SCMP_ERROR && nr != n->number)
			fail_msg("%s is %d, not %d", n->name, nr, n->number);
	}
}

// A row that can never count, for one before it takes all it could match.
static void
check_reached(const struct syscall_rule *r, const struct syscall_group *g)
{
	const struct syscall_group *h;
	const struct syscall_rule *s;

	for (h = syscalls_groups; h->name != NULL; h++) {
		if ((h->in & g->in) == 0)
			continue;
		assert_false(listed(h->calls, r->name));
		for (s = h->rows; s != NULL && s->name != NULL && s != r; s++)
			if (strcmp(s->name, r->name) == 0 &&
			    (conditions(s) == 0 ||
				memcmp(s->cond, r->cond, sizeof(r->cond)) == 0))
				fail_msg(
				    "%s: %s is said twice", g->name, r->name);
		if (h == g)
			return;
	}
}

static void
test_reached(void **state)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;
	const char *const *c, *const *d;

	(void)state;
	for (g = syscalls_groups; g->name != NULL; g++) {
		for (c = g->calls; c != NULL && *c != NULL; c++)
			for (d = c + 1; *d != NULL; d++)
				assert_string_not_equal(*c, *d);
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			check_reached(r, g);
	}
}

// The profiles that let a call through, with some arguments at least; and
// those that do so whatever they are.
static uint32_t
allowed_in(const char *name, bool whatever)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;
	uint32_t in = 0;

	for (g = syscalls_groups; g->name != NULL; g++) {
		if (listed(g->calls, name))
			in |= g->in;
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			if (!whatever && strcmp(r->name, name) == 0)
				in |= g->in;
	}
	return in;
}

static uint32_t
reasoned(const struct syscall_reason *r, const char *name)
{
	uint32_t in = 0;

	for (; r->group != NULL; r++)
		if (listed(r->calls, name))
			in |= r->in;
	return in;
}

static uint32_t
too_new(const char *name)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;

	for (g = syscalls_groups; g->name != NULL; g++)
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			if (strcmp(r->name, name) == 0 &&
			    r->verdict == SYSCALL_NOSYS)
				return g->in;
	return 0;
}

// No call is refused for having been forgotten, and none without a reason.
static void
test_decided(void **state)
{
	uint32_t some, all, refused, partly;
	char *name;
	int nr;

	(void)state;
	for (nr = 0; nr <= SYSCALL_KNOWN_MAX; nr++) {
		name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr);
		if (name == NULL)
			continue;
		some = allowed_in(name, false) & SYSCALL_IN_ALL;
		all = allowed_in(name, true) & SYSCALL_IN_ALL;
		refused = reasoned(syscalls_refused, name);
		partly = reasoned(syscalls_partly, name) | too_new(name);
		if ((some ^ refused) != SYSCALL_IN_ALL || (some & refused) != 0)
			fail_msg("%s: in %x, refused with a reason in %x", name,
			    some, refused);
		if ((some & ~all) != (partly & some) || (partly & all) != 0)
			fail_msg("%s: by arguments in %x, with a reason in %x",
			    name, some & ~all, partly);
		free(name);
	}
}

static bool
in_helper(const char *name)
{
	return listed(syscalls_helper, name);
}

static void
test_dangerous(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(dangerous); i++)
		if (allowed_in(dangerous[i], false) != 0)
			fail_msg("%s is allowed", dangerous[i]);
	for (i = 0; i < COUNT(more_dangerous); i++)
		if (allowed_in(more_dangerous[i], false) != SYSCALL_IN_DEFAULT)
			fail_msg("%s is not only default's", more_dangerous[i]);
	for (i = 0; syscalls_helper[i] != NULL; i++)
		assert_true(
		    seccomp_syscall_resolve_name(syscalls_helper[i]) >= 0);
}

// The number that a policy's word becomes on the wire is the profile's.
static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(
	    spec_choice_word(CHOICE_SECCOMP, SYSCALL_DEFAULT), "default");
	assert_string_equal(
	    spec_choice_word(CHOICE_SECCOMP, SYSCALL_STRICT), "strict");
	assert_null(spec_choice_word(CHOICE_SECCOMP, SYSCALL__PROFILES));
}

static uint32_t
load_word(const struct seccomp_data *d, uint32_t at)
{
	uint32_t v;

	assert_true(at + sizeof(v) <= sizeof(*d) && at % 4 == 0);
	memcpy(&v, (const char *)d + at, sizeof(v));
	return v;
}

static bool
jumps(const struct sock_filter *f, uint32_t a)
{
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return a == f->k;
	case BPF_JGT:
		return a > f->k;
	case BPF_JGE:
		return a >= f->k;
	case BPF_JSET:
		return (a & f->k) != 0;
	default:
		fail_msg("jump %x", f->code);
		return false;
	}
}

static uint32_t
calculate(const struct sock_filter *f, uint32_t a, uint32_t x)
{
	uint32_t b = BPF_SRC(f->code) == BPF_X ? x : f->k;

	switch (BPF_OP(f->code)) {
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	default:
		fail_msg("operation %x", f->code);
		return 0;
	}
}

// The program, run here: no call is made, so any may be asked about.
static uint32_t
run(const struct program *p, const struct seccomp_data *d)
{
	uint32_t a = 0, x = 0, mem[BPF_MEMWORDS] = {0};
	size_t pc;

	for (pc = 0; pc < p->n; pc++) {
		const struct sock_filter *f = &p->f[pc];

		if (f->code == (BPF_LD | BPF_W | BPF_ABS))
			a = load_word(d, f->k);
		else if (f->code == (BPF_LDX | BPF_MEM))
			x = mem[f->k];
		else if (f->code == BPF_ST)
			mem[f->k] = a;
		else if (BPF_CLASS(f->code) == BPF_ALU)
			a = calculate(f, a, x);
		else if (f->code == (BPF_JMP | BPF_JA))
			pc += f->k;
		else if (BPF_CLASS(f->code) == BPF_JMP)
			pc += jumps(f, a) ? f->jt : f->jf;
		else if (f->code == (BPF_RET | BPF_K))
			return f->k;
		else
			fail_msg("instruction %x", f->code);
	}
	fail_msg("ran off the end");
	return UNSUPPORTED;
}

static bool
matches(const struct syscall_rule *r, const struct seccomp_data *d)
{
	unsigned i;

	for (i = 0; i < conditions(r); i++)
		if ((d->args[r->cond[i].arg] & r->cond[i].mask) !=
		    r->cond[i].value)
			return false;
	return true;
}

static uint32_t
answer_of(const struct syscall_rule *r)
{
	switch (r->verdict) {
	case SYSCALL_ALLOW:
		return SECCOMP_RET_ALLOW;
	case SYSCALL_NOSYS:
	case SYSCALL_KEYED: // not with what is asked here
		return NOT_THERE;
	case SYSCALL_INVAL:
		return SECCOMP_RET_ERRNO | EINVAL;
	case SYSCALL_PRETEND:
		return SECCOMP_RET_ERRNO;
	default:
		return REFUSE;
	}
}

// What the tables say, read row by row.
static uint32_t
expected(const struct program *p, const char *name, int nr,
    const struct seccomp_data *d)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;

	if (name == NULL || (p->helper && in_helper(name)))
		return name == NULL ? REFUSE : SECCOMP_RET_ALLOW;
	for (g = syscalls_groups; g->name != NULL; g++) {
		if ((g->in & p->in) == 0)
			continue;
		if (listed(g->calls, name))
			return SECCOMP_RET_ALLOW;
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			if (number_of(r->name) == nr && matches(r, d))
				return answer_of(r);
	}
	return REFUSE;
}

static void
ask(const struct program *p, const char *name, const struct seccomp_data *d)
{
	uint32_t want = expected(p, name, d->nr, d), got = run(p, d);

	if (want != got)
		fail_msg("%s: %s (%d), %#llx %#llx %#llx: %#x, not %#x",
		    p->name, name != NULL ? name : "?", d->nr,
		    (unsigned long long)d->args[0],
		    (unsigned long long)d->args[1],
		    (unsigned long long)d->args[2], got, want);
}

static void
ask_plain(const struct program *p, const char *name, int nr)
{
	static const uint64_t fills[] = {0, 1, 0x5412, UINT64_MAX, GARBAGE,
	    UINT32_MAX, GARBAGE | 1, GARBAGE | 0x5412};
	struct seccomp_data d = {.nr = nr, .arch = AUDIT_ARCH_X86_64};
	size_t i, j;

	for (i = 0; i < COUNT(fills); i++) {
		for (j = 0; j < 6; j++)
			d.args[j] = fills[i];
		ask(p, name, &d);
	}
}

// Each bit of each argument of a condition turned, the high ones too.
static void
ask_around(const struct program *p, const struct syscall_rule *r)
{
	struct seccomp_data d = {
	    .nr = number_of(r->name), .arch = AUDIT_ARCH_X86_64};
	unsigned i, bit, n = conditions(r);

	for (i = 0; i < n; i++)
		d.args[r->cond[i].arg] = r->cond[i].value;
	ask(p, r->name, &d);
	for (i = 0; i < n; i++)
		for (bit = 0; bit < 64; bit++) {
			d.args[r->cond[i].arg] ^= 1ull << bit;
			ask(p, r->name, &d);
			d.args[r->cond[i].arg] ^= 1ull << bit;
		}
}

static const char *
name_of(int nr)
{
	static char known[64];
	const struct syscall_number *n;
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, nr);

	if (name != NULL) {
		snprintf(known, sizeof(known), "%s", name);
		free(name);
		return known;
	}
	for (n = syscalls_numbers; n->name != NULL; n++)
		if (n->number == nr)
			return n->name;
	return NULL;
}

static void
test_every_number(void **state)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;
	size_t i;
	int nr;

	(void)state;
	for (i = 0; i < COUNT(programs); i++) {
		for (nr = 0; nr <= SYSCALL_KNOWN_MAX; nr++)
			ask_plain(&programs[i], name_of(nr), nr);
		for (g = syscalls_groups; g->name != NULL; g++)
			for (r = g->rows; r != NULL && r->name != NULL; r++)
				if (number_of(r->name) >= 0)
					ask_around(&programs[i], r);
	}
}

static void
test_other_entries(void **state)
{
	static const uint32_t archs[] = {
	    AUDIT_ARCH_I386, 0, UINT32_MAX, AUDIT_ARCH_AARCH64};
	struct seccomp_data d;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(programs); i++) {
		memset(&d, 0, sizeof(d));
		for (j = 0; j < COUNT(archs); j++)
			for (d.nr = 0; d.nr < 500; d.nr++) {
				d.arch = archs[j];
				assert_int_equal(run(&programs[i], &d),
				    SECCOMP_RET_KILL_PROCESS);
			}
		d.arch = AUDIT_ARCH_X86_64;
		for (d.nr = 0; d.nr < 600; d.nr++) {
			d.nr |= (int)X32;
			assert_int_equal(
			    run(&programs[i], &d), SECCOMP_RET_KILL_PROCESS);
			d.nr &= ~(int)X32;
		}
		for (d.nr = SYSCALL_KNOWN_MAX + 1; d.nr < (int)X32;
		     d.nr += d.nr < 2000 ? 1 : 99991)
			assert_int_equal(run(&programs[i], &d), NOT_THERE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_reached),
	    cmocka_unit_test(test_decided),
	    cmocka_unit_test(test_dangerous),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_every_number),
	    cmocka_unit_test(test_other_entries),
	};

	return cmocka_run_group_tests_name("syscalls", tests, NULL, NULL);
}
