// SPDX-License-Identifier: ISC
// What a test of the gate does with the host.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include "jail/base/fd.h"
#include "tests/integration/gate_host.h"

static bool root;

bool
host_is_root(void)
{
	return root;
}

static void
give_address(void)
{
	struct ifreq r = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	struct sockaddr_in a = {.sin_family = AF_INET};
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ioctl(fd, SIOCSIFFLAGS, &r) != 0)
		abort();
	inet_pton(AF_INET, HOST_ADDRESS, &a.sin_addr);
	snprintf(r.ifr_name, sizeof(r.ifr_name), "lo:1");
	memcpy(&r.ifr_addr, &a, sizeof(a));
	if (ioctl(fd, SIOCSIFADDR, &r) != 0)
		abort();
}

void
host_begin(void)
{
	root = geteuid() == 0 && unshare(CLONE_NEWNET) == 0;
	if (root)
		give_address();
}

// socket(AF_NETLINK, any type, protocol) fails.
static void
refuse_netlink(uint32_t protocol)
{
	struct sock_filter f[] = {
	    BPF_STMT(
		BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, args[0])),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		offsetof(struct seccomp_data, args[2])),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, protocol, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = {sizeof(f) / sizeof(f[0]), f};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) != 0)
		_exit(95);
}

void
host_refuse_nftables(void)
{
	refuse_netlink(NETLINK_NETFILTER);
}

void
host_refuse_links(void)
{
	refuse_netlink(NETLINK_ROUTE);
}

struct text {
	char *p;
	size_t n;
};

static void __attribute__((format(printf, 2, 3)))
note(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->n += (size_t)vsnprintf(t->p + t->n, HOST_STATE_MAX - t->n, fmt, ap);
	va_end(ap);
	assert_true(t->n < HOST_STATE_MAX);
}

static void
note_file(struct text *t, const char *path)
{
	char buf[16384];
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, buf, sizeof(buf));

	note(t, "%s\n%.*s\n", path, (int)(n < 0 ? 0 : n), buf);
}

// What a dump answers, message by message, without what counts up.
static void
note_dump(struct text *t, int protocol, uint16_t type, uint8_t family)
{
	struct {
		struct nlmsghdr h;
		struct nfgenmsg g; // of rtnetlink, too: the family is first
		uint8_t rest[8];
	} ask = {.h = {.nlmsg_len = sizeof(ask),
		     .nlmsg_type = type,
		     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .g = {.nfgen_family = family}};
	_Alignas(8) uint8_t buf[32768];
	const struct nlmsghdr *h;
	autoclose int fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	ssize_t n;
	size_t i;

	if (protocol == NETLINK_NETFILTER)
		ask.h.nlmsg_len = offsetof(__typeof__(ask), rest);
	assert_int_equal(send(fd, &ask, ask.h.nlmsg_len, 0), ask.h.nlmsg_len);
	for (;;) {
		n = recv(fd, buf, sizeof(buf), 0);
		assert_true(n > 0);
		for (h = (void *)buf; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_DONE ||
			    h->nlmsg_type == NLMSG_ERROR)
				return;
			note(t, "%u:", h->nlmsg_type);
			for (i = 16; i < h->nlmsg_len; i++)
				note(t, "%02x", ((const uint8_t *)h)[i]);
			note(t, "\n");
		}
	}
}

static void
note_links(struct text *t)
{
	struct if_nameindex *all = if_nameindex(), *one;

	assert_non_null(all);
	for (one = all; one->if_index != 0; one++)
		note(t, "link %u %s\n", one->if_index, one->if_name);
	if_freenameindex(all);
}

void
host_state(char out[HOST_STATE_MAX])
{
	struct text t = {out, 0};

	note_links(&t);
	note_dump(&t, NETLINK_ROUTE, RTM_GETRULE, AF_INET);
	note_dump(&t, NETLINK_ROUTE, RTM_GETRULE, AF_INET6);
	if (root && geteuid() == 0)
		note_dump(&t, NETLINK_NETFILTER,
		    NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE, AF_UNSPEC);
	note_file(&t, "/proc/thread-self/net/fib_trie");
	note_file(&t, "/proc/thread-self/net/route");
	note_file(&t, "/proc/thread-self/net/if_inet6");
	note_file(&t, "/proc/sys/net/ipv4/ip_forward");
	note_file(&t, "/proc/sys/net/ipv4/icmp_echo_ignore_all");
	note_file(&t, "/proc/sys/net/ipv4/icmp_ratemask");
	note_file(&t, "/proc/sys/net/ipv4/conf/all/forwarding");
}

// The helper's child that is pid 1 of a namespace of its own.
static pid_t
init_of(pid_t helper)
{
	char path[64], line[256];
	int pid, found = -1;
	FILE *f, *s;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)helper,
	    (int)helper);
	f = fopen(path, "re");
	while (f != NULL && fscanf(f, "%d", &pid) == 1) {
		snprintf(path, sizeof(path), "/proc/%d/status", pid);
		s = fopen(path, "re");
		while (s != NULL && fgets(line, sizeof(line), s) != NULL)
			if (strncmp(line, "NSpid:", 6) == 0 &&
			    strcmp(strrchr(line, '\t'), "\t1\n") == 0)
				found = pid;
		if (s != NULL)
			fclose(s);
	}
	if (f != NULL)
		fclose(f);
	return found;
}

static int
enter(pid_t pid)
{
	char path[64];
	int net, user;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	net = open(path, O_RDONLY | O_CLOEXEC);
	if (net < 0)
		return -1;
	// Whose the network is: pid 1 itself is in a namespace below.
	user = ioctl(net, NS_GET_USERNS);
	if (user < 0 || setns(user, CLONE_NEWUSER) != 0)
		return -1;
	return setns(net, CLONE_NEWNET);
}

int
host_as_root_of(pid_t helper, int (*f)(void))
{
	pid_t pid, init;
	int status;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		// A test without privilege has kept it aside.
		if (geteuid() != 0 && setresuid(0, 0, 0) != 0)
			_exit(90);
		init = init_of(helper);
		if (init < 0)
			_exit(91);
		if (enter(init) != 0)
			_exit(92);
		_exit(f());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int
host_ping(void)
{
	const uint8_t echo[8] = {8, 0, 0xf7, 0xff};
	struct sockaddr_in to = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	inet_pton(AF_INET, "8.8.8.8", &to.sin_addr);
	if (fd < 0 ||
	    sendto(fd, echo, sizeof(echo), 0, (const struct sockaddr *)&to,
		sizeof(to)) != sizeof(echo))
		return 1;
	return poll(&p, 1, 300) == 0 ? 0 : 2;
}

int
host_only_loopback6(void)
{
	char line[256];
	FILE *f = fopen("/proc/thread-self/net/if_inet6", "re");
	int bad = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strstr(line, " lo\n") == NULL)
			bad = 1;
	return bad;
}

int
host_two_links(void)
{
	struct if_nameindex *all = if_nameindex(), *one;
	int n = 0;

	for (one = all; one != NULL && one->if_index != 0; one++)
		if (strcmp(one->if_name, "lo") == 0 ||
		    strcmp(one->if_name, "eth0") == 0)
			n++;
		else if (strchr(one->if_name, '0') == NULL)
			return 1; // not one of those that modules make
	return n == 2 ? 0 : 2;
}
