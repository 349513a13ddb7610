// SPDX-License-Identifier: ISC
// filter-gen against libseccomp: both compile the same tables, and must say
// the same of every number, and of every argument a rule speaks of.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include "jail/filters.h"
#include "policy/syscalls.h"

#define NINSNS(f) (sizeof(f) / sizeof((f)[0]))
#define ERRNO(n)  (SECCOMP_RET_ERRNO | (n))

struct program {
	struct sock_filter f[4096];
	size_t n;
};

// A profile's filter and libseccomp's of the same rows; the last is the
// helper's.
static struct filter {
	const char *name;
	const struct sock_filter *f;
	size_t n;
	uint32_t in;
	bool helper;
	struct program oracle;
} filters[] = {
    {"default", filter_default, NINSNS(filter_default), SYSCALL_IN_DEFAULT,
	false, {.n = 0}},
    {"strict", filter_strict, NINSNS(filter_strict), SYSCALL_IN_STRICT, false,
	{.n = 0}},
    {"helper", filter_helper, NINSNS(filter_helper),
	SYSCALL_IN_DEFAULT | SYSCALL_IN_HELPER, true, {.n = 0}},
};
#define NFILTERS (sizeof(filters) / sizeof(filters[0]))
_Static_assert(NFILTERS == SYSCALL__PROFILES + 1, "each is tested");

static uint32_t
load(const struct seccomp_data *d, uint32_t at)
{
	uint32_t v;

	assert_true(at + sizeof(v) <= sizeof(*d) && at % 4 == 0);
	memcpy(&v, (const char *)d + at, sizeof(v));
	return v;
}

static bool
holds(uint16_t op, uint32_t a, uint32_t k)
{
	switch (op) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGE:
		return a >= k;
	case BPF_JGT:
		return a > k;
	case BPF_JSET:
		return (a & k) != 0;
	default:
		fail_msg("jump %u is not interpreted", op);
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
		fail_msg("code %u is not interpreted", f->code);
		return 0;
	}
}

// What the kernel would answer.
static uint32_t
run(const struct sock_filter *f, size_t n, const struct seccomp_data *d)
{
	uint32_t a = 0, x = 0, mem[BPF_MEMWORDS] = {0};
	size_t pc;

	for (pc = 0; pc < n; pc++) {
		switch (BPF_CLASS(f[pc].code)) {
		case BPF_LD:
			a = load(d, f[pc].k);
			break;
		case BPF_LDX:
			x = mem[f[pc].k];
			break;
		case BPF_ST:
			mem[f[pc].k] = a;
			break;
		case BPF_ALU:
			a = calculate(&f[pc], a, x);
			break;
		case BPF_JMP:
			if (BPF_OP(f[pc].code) == BPF_JA)
				pc += f[pc].k;
			else
				pc += holds(BPF_OP(f[pc].code), a, f[pc].k)
					  ? f[pc].jt
					  : f[pc].jf;
			break;
		case BPF_RET:
			return f[pc].k;
		default:
			fail_msg("code %u is not interpreted", f[pc].code);
		}
	}
	fail_msg("ran off the end");
	return 0;
}

static bool
helper_has(const char *name)
{
	size_t i;

	for (i = 0; syscalls_helper[i] != NULL; i++)
		if (strcmp(syscalls_helper[i], name) == 0)
			return true;
	return false;
}

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

	while (n < 3 && r->cond[n].used)
		n++;
	return n;
}

// What libseccomp cannot say: that the first row counts. Another test reads
// those rows one by one.
static bool
by_order(int nr)
{
	const struct syscall_group *g;
	const struct syscall_rule *r;
	int others = 0, rows = 0;

	for (g = syscalls_groups; g->name != NULL; g++)
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			if (number_of(r->name) == nr) {
				rows++;
				others += r->verdict != SYSCALL_ALLOW;
			}
	return others > 0 && rows > 1;
}

static void
add_rule(scmp_filter_ctx ctx, const struct syscall_rule *r)
{
	struct scmp_arg_cmp cmp[3];
	unsigned i, n = conditions(r);
	int nr = number_of(r->name);

	if (nr < 0 || by_order(nr))
		return;
	for (i = 0; i < n; i++)
		cmp[i] = SCMP_CMP64(r->cond[i].arg, SCMP_CMP_MASKED_EQ,
		    r->cond[i].mask, r->cond[i].value);
	assert_int_equal(
	    seccomp_rule_add_array(ctx,
		r->verdict == SYSCALL_ALLOW ? SCMP_ACT_ALLOW
					    : SCMP_ACT_ERRNO(ENOSYS),
		nr, n, cmp),
	    0);
}

static void
add_plain(scmp_filter_ctx ctx, const char *const *names)
{
	struct syscall_rule r;

	for (; names != NULL && *names != NULL; names++) {
		memset(&r, 0, sizeof(r));
		r.name = *names;
		add_rule(ctx, &r);
	}
}

static void
compile(struct filter *p)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	const struct syscall_group *g;
	const struct syscall_rule *r;
	FILE *f = tmpfile();

	assert_non_null(ctx);
	assert_non_null(f);
	for (g = syscalls_groups; g->name != NULL; g++) {
		if ((g->in & p->in) == 0)
			continue;
		add_plain(ctx, g->calls);
		for (r = g->rows; r != NULL && r->name != NULL; r++)
			if (!(p->helper && helper_has(r->name)))
				add_rule(ctx, r);
	}
	if (p->helper)
		add_plain(ctx, syscalls_helper);
	assert_int_equal(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
			     SCMP_ACT_KILL_PROCESS),
	    0);
	assert_int_equal(seccomp_export_bpf(ctx, fileno(f)), 0);
	p->oracle.n =
	    (size_t)pread(fileno(f), p->oracle.f, sizeof(p->oracle.f), 0) / 8;
	fclose(f);
	seccomp_release(ctx);
}

static int
setup(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NFILTERS; i++)
		compile(&filters[i]);
	return 0;
}

static uint32_t
ours(const struct filter *p, const struct seccomp_data *d)
{
	return run(p->f, p->n, d);
}

static void
agree(const struct seccomp_data *d)
{
	const struct filter *p;
	uint32_t want;

	for (p = filters; p < filters + NFILTERS; p++) {
		if (by_order(d->nr))
			continue;
		want = run(p->oracle.f, p->oracle.n, d);
		if (ours(p, d) != want)
			fail_msg("%s: call %d(%llx, %llx, %llx): %x, not %x",
			    p->name, d->nr, (unsigned long long)d->args[0],
			    (unsigned long long)d->args[1],
			    (unsigned long long)d->args[2], ours(p, d), want);
	}
}

static void
test_numbers(void **state)
{
	struct seccomp_data d = {.arch = seccomp_arch_native()};

	(void)state;
	for (d.nr = 0; d.nr <= SYSCALL_KNOWN_MAX; d.nr++) {
		memset(d.args, 0, sizeof(d.args));
		agree(&d);
		memset(d.args, 0xff, sizeof(d.args));
		agree(&d);
	}
}

static void
test_beyond(void **state)
{
	struct seccomp_data d = {.arch = seccomp_arch_native()};
	const int unknown[] = {SYSCALL_KNOWN_MAX + 1, 1000, 0x3fffffff};
	const int x32[] = {0x40000000, 0x40000001, 0x40000208, -1};
	const struct filter *p;
	size_t i;

	(void)state;
	for (p = filters; p < filters + NFILTERS; p++) {
		d.arch = seccomp_arch_native();
		for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
			d.nr = unknown[i];
			assert_int_equal(ours(p, &d), ERRNO(ENOSYS));
		}
		for (i = 0; i < sizeof(x32) / sizeof(x32[0]); i++) {
			d.nr = x32[i];
			assert_int_equal(ours(p, &d), SECCOMP_RET_KILL_PROCESS);
		}
		d.arch = AUDIT_ARCH_I386;
		for (d.nr = 0; d.nr < 500; d.nr++)
			assert_int_equal(ours(p, &d), SECCOMP_RET_KILL_PROCESS);
	}
}

// One rule with its i-th argument off by a little, and with dirt in the half
// that the kernel does not look at.
static void
near(const struct syscall_rule *r, size_t i, struct seccomp_data *d)
{
	const uint64_t dirt[] = {0, 1ULL << 32, 0xffffffffULL << 32};
	int n;

	for (n = 0; n < 15; n++) {
		memset(d->args, 0, sizeof(d->args));
		for (size_t k = 0; k < 3; k++)
			d->args[r->cond[k].arg] = r->cond[k].value;
		d->args[r->cond[i].arg] += (uint64_t)(n % 5 - 2);
		d->args[r->cond[i].arg] |= dirt[n / 5];
		agree(d);
	}
}

static void
test_arguments(void **state)
{
	struct seccomp_data d = {.arch = seccomp_arch_native()};
	const struct syscall_group *g;
	const struct syscall_rule *r;
	size_t i;

	(void)state;
	for (g = syscalls_groups; g->name != NULL; g++)
		for (r = g->rows; r != NULL && r->name != NULL; r++) {
			d.nr = number_of(r->name);
			for (i = 0; i < conditions(r) && d.nr >= 0; i++)
				near(r, i, &d);
		}
}

// The same program with a key in it, as it is loaded.
static uint32_t
keyed(const struct filter *p, const unsigned short *at, const uint32_t *key,
    const struct seccomp_data *d)
{
	struct sock_filter f[512];
	int i;

	assert_true(p->n <= 512);
	memcpy(f, p->f, p->n * sizeof(f[0]));
	for (i = 0; i < 4; i++) {
		assert_int_equal(f[at[i]].code, BPF_ALU | BPF_XOR | BPF_K);
		f[at[i]].k = key[i];
	}
	return run(f, p->n, d);
}

static void
test_key(void **state)
{
	static const unsigned short *const at[] = {
	    filter_default_key, filter_strict_key};
	const uint32_t key[4] = {0x12345678, 0x9abcdef0, 1, 0x80000000};
	const uint64_t right[] = {0x9abcdef012345678, 0x8000000000000001};
	struct seccomp_data d = {.arch = seccomp_arch_native()};
	int i, bit;

	(void)state;
	d.nr = number_of("clone3");
	for (i = 0; i < SYSCALL__PROFILES; i++) {
		memset(d.args, 0, sizeof(d.args));
		assert_int_equal(
		    keyed(&filters[i], at[i], key, &d), ERRNO(ENOSYS));
		memcpy(d.args + 2, right, sizeof(right));
		assert_int_equal(
		    keyed(&filters[i], at[i], key, &d), SECCOMP_RET_ALLOW);
		// Not one bit may be wrong.
		for (bit = 0; bit < 128; bit++) {
			d.args[2 + bit / 64] ^= 1ULL << bit % 64;
			assert_int_equal(
			    keyed(&filters[i], at[i], key, &d), ERRNO(ENOSYS));
			d.args[2 + bit / 64] ^= 1ULL << bit % 64;
		}
	}
	// The helper makes boxes with it.
	memset(d.args, 0, sizeof(d.args));
	assert_int_equal(ours(&filters[2], &d), SECCOMP_RET_ALLOW);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_beyond),
	    cmocka_unit_test(test_arguments),
	    cmocka_unit_test(test_key),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, NULL);
}
