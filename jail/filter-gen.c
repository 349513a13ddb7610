// SPDX-License-Identifier: ISC
// Compiles the system call tables to BPF while the project is built, so that
// starting a box compiles nothing and the helper links no compiler.
//
// Output: a C header with one array of struct sock_filter values a profile.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <seccomp.h>
#include "jail/base/fd.h"
#include "policy/syscalls.h"

#define X32_BIT	   0x40000000u
#define FILTER_MAX 4096

static int
number_of(const char *name, int fallback)
{
	int nr = seccomp_syscall_resolve_name(name);

	return nr == __NR_SCMP_ERROR && fallback > 0 ? fallback : nr;
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
add_rule(scmp_filter_ctx ctx, const struct syscall_rule *r)
{
	struct scmp_arg_cmp cmp[3];
	uint32_t action = SCMP_ACT_ALLOW;
	int nr = number_of(r->name, r->number);
	unsigned n = 0;
	int rc;

	if (nr == __NR_SCMP_ERROR) {
		fprintf(
		    stderr, "filter-gen: unknown system call %s\n", r->name);
		return -1;
	}
	// negative: not on this architecture
	if (nr < 0)
		return 0;
	if (r->verdict == SYSCALL_NOSYS)
		action = SCMP_ACT_ERRNO(ENOSYS);
	for (n = 0; n < 3 && r->cond[n].used; n++)
		cmp[n] = SCMP_CMP64(r->cond[n].arg, SCMP_CMP_MASKED_EQ,
		    r->cond[n].mask, r->cond[n].value);
	rc = seccomp_rule_add_array(ctx, action, nr, n, cmp);
	if (rc != 0) {
		fprintf(stderr, "filter-gen: %s: %s\n", r->name, strerror(-rc));
		return -1;
	}
	return 0;
}

static int
add_rules(scmp_filter_ctx ctx, bool helper)
{
	const struct syscall_rule *r;
	struct syscall_rule plain;
	size_t i;

	for (r = syscalls_default; r->name != NULL; r++)
		if (!(helper && helper_has(r->name)) && add_rule(ctx, r) != 0)
			return -1;
	for (i = 0; helper && syscalls_helper[i] != NULL; i++) {
		memset(&plain, 0, sizeof(plain));
		plain.name = syscalls_helper[i];
		if (add_rule(ctx, &plain) != 0)
			return -1;
	}
	return 0;
}

// What libseccomp cannot say in an allow-list: numbers beyond the tables, and
// single refused values of the low half of an argument. Falls through to the
// compiled program, which loads what it needs again.
static size_t
prelude(struct sock_filter *f, uint32_t arch)
{
	const struct syscall_refusal *r;
	struct sock_filter *p = f;
	size_t i, n;
	int nr;

#define EMIT(...) (*p++ = (struct sock_filter)__VA_ARGS__)
	EMIT(BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
	EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, 255));
	EMIT(BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	EMIT(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 255, 0));
	EMIT(BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYSCALL_KNOWN_MAX, 0, 1));
	EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
	for (r = syscalls_refused; r->name != NULL; r++) {
		nr = number_of(r->name, 0);
		EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 4));
		EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    (uint32_t)(offsetof(struct seccomp_data, args) +
			       8 * r->arg)));
		EMIT(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, r->value, 0, 1));
		EMIT(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
		EMIT(BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)));
	}
#undef EMIT
	n = (size_t)(p - f);
	// the two jumps that leave the prelude
	for (i = 0; i < 4; i++) {
		if (f[i].jf == 255)
			f[i].jf = (uint8_t)(n - i - 1);
		if (f[i].jt == 255)
			f[i].jt = (uint8_t)(n - i - 1);
	}
	return n;
}

// libseccomp exports to a descriptor only: an unlinked temporary file.
static ssize_t export(scmp_filter_ctx ctx, void *buf, size_t size)
{
	FILE *f = tmpfile();
	ssize_t n;

	if (f == NULL || seccomp_export_bpf(ctx, fileno(f)) != 0)
		return -1;
	n = pread(fileno(f), buf, size, 0);
	fclose(f);
	return n;
}

static int
compile(struct sock_filter *f, size_t *len, bool helper)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	size_t n = prelude(f, seccomp_arch_native());
	ssize_t bytes;

	if (ctx == NULL ||
	    seccomp_attr_set(
		ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 ||
	    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2) != 0 ||
	    add_rules(ctx, helper) != 0)
		return -1;
	bytes = export(ctx, f + n, (FILTER_MAX - n) * sizeof(*f));
	seccomp_release(ctx);
	if (bytes <= 0 || (size_t)bytes >= (FILTER_MAX - n) * sizeof(*f))
		return -1;
	*len = n + (size_t)bytes / sizeof(*f);
	return 0;
}

static int
print(const char *name, bool helper)
{
	static struct sock_filter f[FILTER_MAX];
	size_t i, n;

	if (compile(f, &n, helper) != 0) {
		fprintf(stderr, "filter-gen: profile %s failed\n", name);
		return -1;
	}
	printf("static const struct sock_filter filter_%s[] = {\n", name);
	for (i = 0; i < n; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", f[i].code, f[i].jt, f[i].jf,
		    f[i].k);
	printf("};\n");
	return 0;
}

int
main(void)
{
	printf("/* Made by filter-gen from policy/syscalls.c. */\n");
	if (print("box", false) != 0 || print("helper", true) != 0 ||
	    fflush(stdout) != 0)
		return 1;
	return 0;
}
