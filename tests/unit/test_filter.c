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

static struct program oracle[2]; // box, helper

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

// What the kernel would answer.
static uint32_t
run(const struct sock_filter *f, size_t n, const struct seccomp_data *d)
{
	uint32_t a = 0;
	size_t pc;

	for (pc = 0; pc < n; pc++) {
		switch (BPF_CLASS(f[pc].code)) {
		case BPF_LD:
			a = load(d, f[pc].k);
			break;
		case BPF_ALU:
			assert_int_equal(f[pc].code, BPF_ALU | BPF_AND | BPF_K);
			a &= f[pc].k;
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
number_of(const struct syscall_rule *r)
{
	int nr = seccomp_syscall_resolve_name(r->name);

	return nr == __NR_SCMP_ERROR ? r->number : nr;
}

static void
add_rule(scmp_filter_ctx ctx, const struct syscall_rule *r)
{
	struct scmp_arg_cmp cmp[3];
	unsigned n = 0;
	int nr = number_of(r);

	for (; n < 3 && r->cond[n].used; n++)
		cmp[n] = SCMP_CMP64(r->cond[n].arg, SCMP_CMP_MASKED_EQ,
		    r->cond[n].mask, r->cond[n].value);
	if (nr >= 0)
		assert_int_equal(
		    seccomp_rule_add_array(ctx,
			r->verdict == SYSCALL_NOSYS ? SCMP_ACT_ERRNO(ENOSYS)
						    : SCMP_ACT_ALLOW,
			nr, n, cmp),
		    0);
}

static void
compile(struct program *p, bool helper)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	const struct syscall_rule *r;
	struct syscall_rule plain;
	FILE *f = tmpfile();
	size_t i;

	assert_non_null(ctx);
	assert_non_null(f);
	for (r = syscalls_default; r->name != NULL; r++)
		if (!(helper && helper_has(r->name)))
			add_rule(ctx, r);
	for (i = 0; helper && syscalls_helper[i] != NULL; i++) {
		memset(&plain, 0, sizeof(plain));
		plain.name = syscalls_helper[i];
		add_rule(ctx, &plain);
	}
	assert_int_equal(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
			     SCMP_ACT_KILL_PROCESS),
	    0);
	assert_int_equal(seccomp_export_bpf(ctx, fileno(f)), 0);
	p->n = (size_t)pread(fileno(f), p->f, sizeof(p->f), 0) / 8;
	fclose(f);
	seccomp_release(ctx);
}

static int
setup(void **state)
{
	(void)state;
	compile(&oracle[0], false);
	compile(&oracle[1], true);
	return 0;
}

static uint32_t
ours(bool helper, const struct seccomp_data *d)
{
	return helper ? run(filter_helper, NINSNS(filter_helper), d)
		      : run(filter_box, NINSNS(filter_box), d);
}

static void
agree(const struct seccomp_data *d)
{
	int i;

	for (i = 0; i < 2; i++)
		if (ours(i, d) != run(oracle[i].f, oracle[i].n, d))
			fail_msg("%s: call %d(%llx, %llx, %llx): %x, not %x",
			    i ? "helper" : "box", d->nr,
			    (unsigned long long)d->args[0],
			    (unsigned long long)d->args[1],
			    (unsigned long long)d->args[2], ours(i, d),
			    run(oracle[i].f, oracle[i].n, d));
}

// ioctl has refusals that libseccomp cannot say beside an allowance.
static bool
has_refusal(int nr)
{
	return nr == seccomp_syscall_resolve_name("ioctl");
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
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		d.nr = unknown[i];
		assert_int_equal(ours(false, &d), ERRNO(ENOSYS));
		assert_int_equal(ours(true, &d), ERRNO(ENOSYS));
	}
	for (i = 0; i < sizeof(x32) / sizeof(x32[0]); i++) {
		d.nr = x32[i];
		assert_int_equal(ours(false, &d), SECCOMP_RET_KILL_PROCESS);
	}
	d.arch = AUDIT_ARCH_I386;
	for (d.nr = 0; d.nr < 500; d.nr++)
		assert_int_equal(ours(false, &d), SECCOMP_RET_KILL_PROCESS);
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
	const struct syscall_rule *r;
	size_t i;

	(void)state;
	for (r = syscalls_default; r->name != NULL; r++) {
		d.nr = number_of(r);
		for (i = 0; i < 3 && r->cond[i].used && d.nr >= 0; i++)
			near(r, i, &d);
	}
}

static void
test_refusals(void **state)
{
	const struct syscall_refusal *f;
	struct seccomp_data d = {.arch = seccomp_arch_native()};

	(void)state;
	for (f = syscalls_refused; f->name != NULL; f++) {
		d.nr = seccomp_syscall_resolve_name(f->name);
		assert_true(has_refusal(d.nr));
		d.args[f->arg] = f->value;
		assert_int_equal(ours(false, &d), ERRNO(EPERM));
		d.args[f->arg] |= 0xdeadULL << 32;
		assert_int_equal(ours(false, &d), ERRNO(EPERM));
		d.args[f->arg] = f->value + 0x1000;
		assert_int_equal(ours(false, &d), SECCOMP_RET_ALLOW);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_beyond),
	    cmocka_unit_test(test_arguments),
	    cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("filter", tests, setup, NULL);
}
