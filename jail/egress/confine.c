// SPDX-License-Identifier: ISC
// What the broker's processes give up: by Landlock where the kernel has it,
// and by filters.
//
// The filters are compiled here and now, by libseccomp: this is no privileged
// process, and 1 ms beside the making of a sandbox costs nothing.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "jail/base/caps.h"
#include "jail/base/landlock.h"
#include "jail/egress/confine.h"

#define CALL(name) SCMP_SYS(name)

// For a program of glibc's that has all it needs.
static const int worker_calls[] = {CALL(accept4), CALL(brk), CALL(close),
    CALL(clock_gettime), CALL(connect), CALL(epoll_ctl), CALL(epoll_pwait),
    CALL(epoll_wait), CALL(exit), CALL(exit_group), CALL(fstat), CALL(futex),
    CALL(getpid), CALL(getpeername), CALL(getrandom), CALL(getsockname),
    CALL(getsockopt), CALL(gettid), CALL(lseek), CALL(madvise), CALL(mremap),
    CALL(munmap), CALL(newfstatat), CALL(pread64), CALL(read), CALL(recvfrom),
    CALL(recvmsg), CALL(restart_syscall), CALL(rt_sigprocmask),
    CALL(rt_sigreturn), CALL(sendmsg), CALL(sendto), CALL(setsockopt),
    CALL(shutdown), CALL(write), CALL(writev)};

// Namespaces that clone(2) makes; CLONE_NEWTIME is of clone3(2) alone, which
// libc does without.
static const uint64_t namespaces[] = {CLONE_NEWNS, CLONE_NEWCGROUP,
    CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET};

// What a module of the host's resolver has no business with. Not a list of
// what is allowed: modules are anybody's, and do what they do.
static const int lookup_denied[] = {CALL(acct), CALL(add_key), CALL(bpf),
    CALL(chroot), CALL(delete_module), CALL(execve), CALL(execveat),
    CALL(finit_module), CALL(init_module), CALL(io_uring_setup),
    CALL(kexec_load), CALL(keyctl), CALL(kill), CALL(mount),
    CALL(mount_setattr), CALL(move_mount), CALL(open_by_handle_at),
    CALL(open_tree), CALL(perf_event_open), CALL(personality),
    CALL(pidfd_getfd), CALL(pidfd_send_signal), CALL(pivot_root),
    CALL(process_vm_readv), CALL(process_vm_writev), CALL(ptrace), CALL(reboot),
    CALL(request_key), CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo),
    CALL(setns), CALL(tgkill), CALL(tkill), CALL(umount2), CALL(unshare),
    CALL(userfaultfd)};

static int
load(scmp_filter_ctx f, int rc, struct err *e)
{
	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	if (rc != 0)
		return err_set(e, ERR_SECCOMP, -rc, "the broker's filter");
	return 0;
}

// Not F_SETFL, which would take O_APPEND from the records' descriptor: they are
// not written over, whoever the worker is by then.
static int
descriptors(scmp_filter_ctx f)
{
	static const int commands[] = {F_GETFD, F_SETFD, F_GETFL, F_GET_SEALS};
	size_t i;
	int rc = seccomp_rule_add(
	    f, SCMP_ACT_ALLOW, CALL(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, FIONBIO));

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (rc == 0)
			rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(fcntl), 1,
			    SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)commands[i]));
	return rc;
}

// TCP over IP, and nothing else; memory that is no program.
static int
conditional(scmp_filter_ctx f)
{
	static const int families[] = {AF_INET, AF_INET6};
	int i, rc = descriptors(f);

	for (i = 0; i < 2 && rc == 0; i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(socket), 3,
		    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]),
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM),
		    SCMP_A2(SCMP_CMP_EQ, 0));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(mmap), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, CALL(mprotect), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

int
confine_worker(struct err *e)
{
	static const struct landlock_path none[] = {{NULL, 0}};
	scmp_filter_ctx f;
	size_t i;
	int rc = 0;

	if (caps_no_new_privs(e) != 0 ||
	    landlock_confine(landlock_abi(), none, true, e) != 0)
		return -1;
	f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (f == NULL)
		return err_set(e, ERR_SECCOMP, ENOMEM, "the broker's filter");
	for (i = 0; i < sizeof(worker_calls) / sizeof(worker_calls[0]); i++)
		if (rc == 0)
			rc = seccomp_rule_add(
			    f, SCMP_ACT_ALLOW, worker_calls[i], 0);
	if (rc == 0)
		rc = conditional(f);
	return load(f, rc, e);
}

static int
no_namespace(scmp_filter_ctx f)
{
	size_t i;
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);

	for (i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
		if (rc == 0)
			rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM),
			    CALL(clone), 1,
			    SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces[i],
				namespaces[i]));
	return rc;
}

int
confine_lookup(struct err *e)
{
	static const struct landlock_path readable[] = {{"/", 0}, {NULL, 0}};
	static const struct rlimit nothing = {0, 0};
	scmp_filter_ctx f;
	size_t i;
	int rc = 0;

	if (caps_no_new_privs(e) != 0 ||
	    landlock_confine(landlock_abi(), readable, true, e) != 0)
		return -1;
	// No file grows, whatever the kernel's Landlock knows.
	if (setrlimit(RLIMIT_FSIZE, &nothing) != 0)
		return err_set(e, ERR_LIMIT, errno, "RLIMIT_FSIZE");
	f = seccomp_init(SCMP_ACT_ALLOW);
	if (f == NULL)
		return err_set(e, ERR_SECCOMP, ENOMEM, "the resolver's filter");
	for (i = 0; i < sizeof(lookup_denied) / sizeof(lookup_denied[0]); i++)
		if (rc == 0)
			rc = seccomp_rule_add(
			    f, SCMP_ACT_ERRNO(EPERM), lookup_denied[i], 0);
	if (rc == 0)
		rc = no_namespace(f);
	return load(f, rc, e);
}
