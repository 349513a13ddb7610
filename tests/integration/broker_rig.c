// SPDX-License-Identifier: ISC
// The broker alone, and a test all round it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/policy.h"
#include "tests/integration/broker_rig.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static const uint16_t ports[RIG_PORTS] = {
    22, 25, 80, 443, 3128, 5000, 5001, 5002, 8080};

static const char rig_hosts[] = "127.0.0.1 localhost\n"
				"25.0.0.1 srv.test\n"
				"25.0.0.2 other.test\n"
				"10.0.0.1 private.test\n"
				"127.0.0.1 loop.test\n"
				"169.254.169.254 meta.test\n"
				"25.9.0.1 both.test\n"
				"25.0.0.1 both.test\n";

int rig_mss;
static int here = -1, gate = -1;

static int
write_text(const char *path, const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -1 : fd_write_all(fd, text, strlen(text));
}

static int
become_root_of_own(void)
{
	char map[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (uid == 0)
		return 0;
	if (unshare(CLONE_NEWUSER) != 0 ||
	    write_text("/proc/self/setgroups", "deny") != 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (write_text("/proc/self/uid_map", map) != 0)
		return -1;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_text("/proc/self/gid_map", map);
}

static int
file_over(const char *path, const char *text)
{
	char name[] = "/tmp/stockade-rig.XXXXXX";
	autoclose int fd = mkstemp(name);
	int rc;

	if (fd < 0 || fd_write_all(fd, text, strlen(text)) != 0 ||
	    fchmod(fd, 0644) != 0)
		return -1;
	rc = mount(name, path, NULL, MS_BIND, NULL);
	unlink(name);
	return rc;
}

// lo is up, and bytes 4 of dst are its own as far as bits go.
static int
own_all(const uint8_t dst[4], uint8_t bits)
{
	struct {
		struct nlmsghdr h;
		struct rtmsg r;
		struct rtattr oif_head;
		uint32_t oif;
		struct rtattr dst_head;
		uint8_t dst[4];
	} m = {
	    .h = {.nlmsg_len = sizeof(m),
		.nlmsg_type = RTM_NEWROUTE,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE},
	    .r = {.rtm_family = AF_INET,
		.rtm_dst_len = bits,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_HOST,
		.rtm_type = RTN_LOCAL},
	    .oif_head = {8, RTA_OIF},
	    .dst_head = {8, RTA_DST},
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} a;
	struct ifreq ifr = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	autoclose int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	autoclose int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	m.oif = if_nametoindex("lo");
	memcpy(m.dst, dst, 4);
	if (fd < 0 || s < 0 || ioctl(s, SIOCSIFFLAGS, &ifr) != 0 ||
	    send(fd, &m, sizeof(m), 0) < 0 ||
	    recv(fd, &a, sizeof(a), MSG_TRUNC) < (ssize_t)sizeof(a))
		return -1;
	return a.e.error == 0 ? 0 : -1;
}

bool
rig_namespaces(void)
{
	static const uint8_t any[4], net25[4] = {25};

	if (become_root_of_own() != 0 ||
	    unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) {
		printf("1..0 # SKIP no namespaces of one's own here\n");
		return false;
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    file_over("/etc/hosts", rig_hosts) != 0 ||
	    file_over("/etc/nsswitch.conf", "hosts: files\n") != 0 ||
	    own_all(net25, 8) != 0)
		return false;
	here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (unshare(CLONE_NEWNET) != 0 || own_all(any, 0) != 0)
		return false;
	gate = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return setns(here, CLONE_NEWNET) == 0;
}

void
rig_enter(bool in)
{
	assert_int_equal(setns(in ? gate : here, CLONE_NEWNET), 0);
}

static struct sockaddr_in
address(const char *ip, uint16_t port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET,
	    .sin_port = htons(port),
	};

	assert_int_equal(inet_pton(AF_INET, ip, &a.sin_addr), 1);
	return a;
}

static int
sock(int type)
{
	const struct timeval patience = {.tv_sec = 10};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

int
rig_dial(const char *ip, uint16_t port)
{
	struct sockaddr_in a = address(ip, port);
	int fd;

	rig_enter(true);
	fd = sock(SOCK_STREAM);
	rig_enter(false);
	if (rig_mss != 0)
		setsockopt(
		    fd, IPPROTO_TCP, TCP_MAXSEG, &rig_mss, sizeof(rig_mss));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		fd_close(&fd);
	return fd;
}

static int
bound(int type, const char *ip, uint16_t port)
{
	struct sockaddr_in a = address(ip, port);
	const int one = 1;
	int fd = sock(type);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1024), 0);
	else
		setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	return fd;
}

int
rig_listen(const char *ip, uint16_t port)
{
	return bound(SOCK_STREAM, ip, port);
}

int
rig_accept(int listener)
{
	const struct timeval patience = {.tv_sec = 10};
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	assert_true(fd >= 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static int
policy_memfd(struct rig *r, const char *text)
{
	static struct policy p;
	static struct egress_policy e;
	struct policy_fault f;
	int fd = memfd_create("policy", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s", f.text);
	memset(&e, 0, sizeof(e));
	e.generation = ++r->generation;
	memcpy(e.limit, p.spec.limit, sizeof(e.limit));
	e.policy = p.spec.net;
	assert_int_equal(fd_write_all(fd, &e, sizeof(e)), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	return fd;
}

void
rig_reload(struct rig *r, const char *policy)
{
	struct wire_gate_policy p = {0};
	autoclose int fd = policy_memfd(r, policy);
	struct err e;

	p.generation = r->generation;
	assert_int_equal(
	    wire_send(r->helper, 0, WIRE_GATE_POLICY, 0, &p, &fd, &e), 0);
}

static void
make_sockets(struct rig *r)
{
	int i;

	rig_enter(true);
	for (i = 0; i < RIG_PORTS; i++)
		r->sock[i] = bound(SOCK_STREAM, "0.0.0.0", ports[i]);
	r->sock[i++] = bound(SOCK_DGRAM, "0.0.0.0", 53);
	r->sock[i++] = bound(SOCK_STREAM, "0.0.0.0", 53);
	r->sock[i] =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	rig_enter(false);
}

void
rig_answer(struct rig *r, const char *policy)
{
	static const uint32_t kinds[3] = {
	    WIRE_GATE_DNS_UDP, WIRE_GATE_DNS_TCP, WIRE_GATE_DIAG};
	struct wire_gate_socket s = {0};
	struct pollfd p = {.fd = r->helper, .events = POLLIN};
	struct wire_msg m;
	struct err e;
	int i;

	assert_int_equal(poll(&p, 1, 15000), 1);
	assert_int_equal(wire_recv(r->helper, WIRE_E2H, 0, &m, &e), 1);
	assert_int_equal(m.h.type, WIRE_BROKER);
	for (i = 0; i < RIG_PORTS + 3; i++) {
		s.kind = i < RIG_PORTS ? WIRE_GATE_TCP : kinds[i - RIG_PORTS];
		s.port = i < RIG_PORTS ? ports[i] : 0;
		assert_int_equal(wire_send(r->helper, 0, WIRE_GATE_SOCKET, 0,
				     &s, &r->sock[i], &e),
		    0);
	}
	rig_reload(r, policy);
}

static void
start(struct rig *r)
{
	const char *top = getenv("top_builddir");
	char path[512];
	int h[2], a[2];

	snprintf(
	    path, sizeof(path), "%s/stockade-egress", top != NULL ? top : ".");
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, h), 0);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, a), 0);
	r->pid = fork();
	assert_true(r->pid >= 0);
	if (r->pid == 0) {
		// None of the ends that are copied is one of these numbers.
		if (dup2(fcntl(h[0], F_DUPFD, 50), 3) < 0 ||
		    dup2(fcntl(a[0], F_DUPFD, 50), 4) < 0)
			_exit(98);
		if (r->records < 0)
			close(5);
		else
			dup2(r->records, 5);
		execl(path, "stockade-egress", (char *)NULL);
		_exit(99);
	}
	close(h[0]);
	close(a[0]);
	r->helper = h[1];
	r->agent = a[1];
}

void
rig_begin(struct rig *r, const char *policy)
{
	int records = r->records;

	memset(r, 0, sizeof(*r));
	r->records = records;
	make_sockets(r);
	start(r);
	rig_answer(r, policy);
}

void
rig_end(struct rig *r)
{
	int i, status = -1, ms;

	fd_close(&r->helper);
	for (ms = 0; ms < 3000 && waitpid(r->pid, &status, WNOHANG) == 0; ms++)
		usleep(1000);
	assert_true(ms < 3000);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fd_close(&r->agent);
	for (i = 0; i < RIG_PORTS + 3; i++)
		fd_close(&r->sock[i]);
}

// The children of pid, in out; -1 at their end.
static void
children(pid_t pid, pid_t out[16])
{
	char path[64], text[256];
	char *at = text;
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	if (fd_read_text(AT_FDCWD, path, text, sizeof(text)) < 0)
		text[0] = '\0';
	while (n < 15 && *at != '\0') {
		out[n] = (pid_t)strtol(at, &at, 10);
		if (out[n] <= 0)
			break;
		n++;
	}
	out[n] = -1;
}

pid_t
rig_worker(const struct rig *r)
{
	pid_t list[16];

	children(r->pid, list);
	return list[0];
}

static unsigned
count(pid_t pid)
{
	pid_t list[16];
	unsigned n = 1;
	int i;

	children(pid, list);
	for (i = 0; list[i] > 0; i++)
		n += count(list[i]);
	return n;
}

unsigned
rig_processes(const struct rig *r)
{
	return count(r->pid);
}

// A query by UDP, by hand.
int
rig_resolve(const char *name, char ip[16])
{
	uint8_t q[300] = {0x12, 0x34, 1, 0, 0, 1}, a[512];
	struct sockaddr_in to = address("192.0.2.1", 53);
	autoclose int fd = -1;
	const char *dot;
	size_t at = 12, n;
	ssize_t got;

	for (; *name != '\0'; name = dot + (*dot == '.')) {
		dot = strchrnul(name, '.');
		n = (size_t)(dot - name);
		q[at++] = (uint8_t)n;
		memcpy(q + at, name, n);
		at += n;
	}
	q[at + 2] = q[at + 4] = 1;
	at += 5;
	rig_enter(true);
	fd = sock(SOCK_DGRAM);
	rig_enter(false);
	assert_int_equal(
	    sendto(fd, q, at, 0, (struct sockaddr *)&to, sizeof(to)), at);
	got = recv(fd, a, sizeof(a), 0);
	assert_true(got >= 12);
	if ((a[3] & 15) == 0 && a[7] == 1)
		inet_ntop(AF_INET, a + got - 4, ip, 16);
	return a[3] & 15;
}

int
rig_dial_name(const char *name, uint16_t port)
{
	char ip[16];

	assert_int_equal(rig_resolve(name, ip), 0);
	return rig_dial(ip, port);
}

void
rig_say(int fd, const char *text)
{
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

void
rig_hear(int fd, const char *text)
{
	char buf[4096];
	size_t want = strlen(text), got = 0;
	ssize_t n = 0;

	assert_true(want < sizeof(buf));
	while (got < want || want == 0) {
		n = recv(fd, buf + got, want == 0 ? 1 : want - got, 0);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	buf[got] = '\0';
	assert_true(n >= 0);
	assert_string_equal(buf, text);
}

ssize_t
rig_hear_all(int fd, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t n;

	while ((n = recv(fd, buf + got, size - 1 - got, 0)) > 0)
		got += (size_t)n;
	buf[got] = '\0';
	return n < 0 ? -1 : (ssize_t)got;
}

bool
rig_was_reset(int fd)
{
	char buf[4096];

	errno = 0;
	return rig_hear_all(fd, buf, sizeof(buf)) < 0 && errno == ECONNRESET;
}

size_t
rig_hello(uint8_t *out, const char *sni)
{
	size_t n = sni != NULL ? strlen(sni) : 0;
	size_t ext = sni != NULL ? 9 + n : 0;
	size_t body = 2 + 32 + 1 + 4 + 2 + 2 + ext, at = 0;

	out[at++] = 22, out[at++] = 3, out[at++] = 1;
	out[at++] = (uint8_t)((body + 4) >> 8), out[at++] = (uint8_t)(body + 4);
	out[at++] = 1, out[at++] = 0;
	out[at++] = (uint8_t)(body >> 8), out[at++] = (uint8_t)body;
	out[at++] = 3, out[at++] = 3;
	memset(out + at, 7, 32), at += 32;
	out[at++] = 0;		      // session
	out[at++] = 0, out[at++] = 2; // ciphers
	out[at++] = 0x13, out[at++] = 1;
	out[at++] = 1, out[at++] = 0; // compression
	out[at++] = (uint8_t)(ext >> 8), out[at++] = (uint8_t)ext;
	if (sni != NULL) {
		out[at++] = 0, out[at++] = 0;
		out[at++] = 0, out[at++] = (uint8_t)(n + 5);
		out[at++] = 0, out[at++] = (uint8_t)(n + 3);
		out[at++] = 0;
		out[at++] = 0, out[at++] = (uint8_t)n;
		memcpy(out + at, sni, n), at += n;
	}
	return at;
}

void
rig_told(struct rig *r, enum wire_type type, struct wire_msg *m)
{
	struct pollfd p = {.fd = r->agent, .events = POLLIN};
	struct err e = {0};

	assert_int_equal(poll(&p, 1, 10000), 1);
	if (wire_recv(r->agent, WIRE_E2A, 0, m, &e) != 1)
		fail_msg("%s", e.text);
	assert_int_equal(m->h.type, type);
}

void
rig_refused(struct rig *r, enum reason why)
{
	struct wire_msg m;

	rig_told(r, WIRE_VIOLATION, &m);
	r->seen = m.u.violation;
	assert_string_equal(
	    reason_word((enum reason)r->seen.reason), reason_word(why));
}

void
rig_totals(struct rig *r, struct wire_totals *t)
{
	struct wire_broker w = {0};
	struct wire_msg m;
	struct err e;

	assert_int_equal(wire_send(r->agent, 0, WIRE_SYNC, 7, &w, NULL, &e), 0);
	rig_told(r, WIRE_TOTALS, &m);
	assert_int_equal(m.h.seq, 7);
	*t = m.u.totals;
}
