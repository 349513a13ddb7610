// SPDX-License-Identifier: ISC
// What libc's vfork does, for clone3: libc has no such call, and C cannot say
// what happens to a stack that two share.
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include "jail/base/share.h"

// AddressSanitizer knows one stack a thread, and takes the child's for a fault.
#if defined(__SANITIZE_ADDRESS__)
#	define CAN_SHARE 0
#elif defined(__has_feature)
#	define CAN_SHARE !__has_feature(address_sanitizer)
#else
#	define CAN_SHARE 1
#endif

#if CAN_SHARE && defined(__x86_64__)
pid_t
share_clone(
    struct clone_args *a, const uint64_t *key, void (*run)(void *), void *arg)
{
	long r;

	a->flags |= CLONE_VM | CLONE_VFORK;
	// clone3 has no use for these two.
	// The compiler sees the use below; cppcheck does not.
	// cppcheck-suppress constStatement
	register uint64_t key0 __asm__("rdx") = key != NULL ? key[0] : 0;
	// cppcheck-suppress constStatement
	register uint64_t key1 __asm__("r10") = key != NULL ? key[1] : 0;
	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %[arg], %%rdi\n\t"
			 "call *%[run]\n\t"
			 "hlt\n\t" // run does not return
			 "1:"
			 : "=a"(r)
			 : "a"(SYS_clone3), "D"(a), "S"(sizeof(*a)), "r"(key0),
			 "r"(key1), [run] "r"(run), [arg] "r"(arg)
			 : "rcx", "r11", "memory");
	if (r >= 0)
		return (pid_t)r;
	errno = (int)-r;
	return -1;
}
#else
// Other machines want their own few instructions here; until then, copies.
pid_t
share_clone(
    struct clone_args *a, const uint64_t *key, void (*run)(void *), void *arg)
{
	(void)a;
	(void)key;
	(void)run;
	(void)arg;
	errno = ENOTSUP;
	return -1;
}
#endif
