// SPDX-License-Identifier: ISC
// Probes of the network: which sockets there are, which links, who is heard.
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

static int
do_socket(int argc, char **argv)
{
	(void)argc;
	return socket((int)probe_number(argv[0]), (int)probe_number(argv[1]),
		   (int)probe_number(argv[2])) < 0
		   ? -1
		   : 0;
}

// The same with a high half that the kernel drops.
static int
socket_high(int argc, char **argv)
{
	(void)argc;
	return syscall(SYS_socket, probe_number(argv[0]) | 1L << 40,
		   probe_number(argv[1]), probe_number(argv[2])) < 0
		   ? -1
		   : 0;
}

static int
do_socketpair(int argc, char **argv)
{
	int sv[2];

	(void)argc;
	return socketpair(
	    (int)probe_number(argv[0]), (int)probe_number(argv[1]), 0, sv);
}

// Prints every link and whether it is up.
static int
links(int argc, char **argv)
{
	struct if_nameindex *all, *i;
	struct ifreq r;
	int fd;

	(void)argc;
	(void)argv;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	all = if_nameindex();
	if (fd < 0 || all == NULL)
		return -1;
	for (i = all; i->if_index != 0; i++) {
		memset(&r, 0, sizeof(r));
		memcpy(
		    r.ifr_name, i->if_name, strnlen(i->if_name, IFNAMSIZ - 1));
		if (ioctl(fd, SIOCGIFFLAGS, &r) < 0)
			return -1;
		printf("%s %s\n", i->if_name,
		    r.ifr_flags & IFF_UP ? "up" : "down");
	}
	if_freenameindex(all);
	close(fd);
	return PROBE_SAID;
}

static socklen_t
inet_name(struct sockaddr_storage *s, const char *host, const char *port)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)s;
	struct sockaddr_in *four = (struct sockaddr_in *)s;

	memset(s, 0, sizeof(*s));
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)probe_number(port));
		return sizeof(*four);
	}
	if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
		_exit(2);
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)probe_number(port));
	return sizeof(*six);
}

// connect HOST PORT, by TCP; connect-udp sends a datagram.
static int
connect_by(int type, char **argv)
{
	struct sockaddr_storage s;
	socklen_t len = inet_name(&s, argv[0], argv[1]);
	int fd;

	fd = socket(s.ss_family, type, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&s, len) < 0)
		return -1;
	if (type == SOCK_DGRAM)
		return send(fd, "x", 1, 0) < 0 ? -1 : 0;
	return 0;
}

static int
connect_tcp(int argc, char **argv)
{
	(void)argc;
	return connect_by(SOCK_STREAM, argv);
}

static int
connect_udp(int argc, char **argv)
{
	(void)argc;
	return connect_by(SOCK_DGRAM, argv);
}

// Says the port, then accepts and drops until it is killed.
static int
listen_tcp(int argc, char **argv)
{
	struct sockaddr_in s = {.sin_family = AF_INET};
	socklen_t len = sizeof(s);
	int fd, c;

	(void)argc;
	(void)argv;
	s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&s, len) < 0 ||
	    listen(fd, 8) < 0 ||
	    getsockname(fd, (struct sockaddr *)&s, &len) < 0)
		return -1;
	printf("%d\n", ntohs(s.sin_port));
	fflush(stdout);
	alarm(60);
	while ((c = accept(fd, NULL, NULL)) >= 0)
		close(c);
	return -1;
}

// A connection to oneself over lo, of that address.
static int
loop_trip(int argc, char **argv)
{
	struct sockaddr_storage s;
	socklen_t len = inet_name(&s, argv[0], "0");
	int fd, c;

	(void)argc;
	fd = socket(s.ss_family, SOCK_STREAM, 0);
	c = socket(s.ss_family, SOCK_STREAM, 0);
	if (fd < 0 || c < 0 || bind(fd, (struct sockaddr *)&s, len) < 0 ||
	    listen(fd, 8) < 0 ||
	    getsockname(fd, (struct sockaddr *)&s, &len) < 0)
		return -1;
	return connect(c, (struct sockaddr *)&s, len);
}

static socklen_t
abstract_name(struct sockaddr_un *s, const char *name)
{
	size_t len = strnlen(name, sizeof(s->sun_path) - 1);

	memset(s, 0, sizeof(*s));
	s->sun_family = AF_UNIX;
	memcpy(s->sun_path + 1, name, len);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len);
}

static int
listen_abstract(int argc, char **argv)
{
	struct sockaddr_un s;
	socklen_t len = abstract_name(&s, argv[0]);
	int fd, c;

	(void)argc;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&s, len) < 0 ||
	    listen(fd, 8) < 0)
		return -1;
	puts("listening");
	fflush(stdout);
	alarm(60);
	while ((c = accept(fd, NULL, NULL)) >= 0)
		close(c);
	return -1;
}

static int
connect_abstract(int argc, char **argv)
{
	struct sockaddr_un s;
	socklen_t len = abstract_name(&s, argv[0]);
	int fd;

	(void)argc;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&s, len);
}

// What an ordinary program may ask of the links, and what changes them.
static int
link_up(int argc, char **argv)
{
	struct ifreq r;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)argc;
	memset(&r, 0, sizeof(r));
	memcpy(r.ifr_name, argv[0], strnlen(argv[0], IFNAMSIZ - 1));
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &r) < 0)
		return -1;
	return ioctl(fd, SIOCSIFFLAGS, &r);
}

// A bridge, made by a request of the oldest kind.
static int
make_bridge(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)argc;
	if (fd < 0)
		return -1;
	return ioctl(fd, SIOCBRADDBR, argv[0]);
}

// setsockopt LEVEL NAME on a TCP socket, of the value 1.
static int
socket_option(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	(void)argc;
	if (fd < 0)
		return -1;
	return setsockopt(fd, (int)probe_number(argv[0]),
	    (int)probe_number(argv[1]), &one, sizeof(one));
}

static int
bind_port(int argc, char **argv)
{
	struct sockaddr_in s = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)argc;
	s.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s.sin_port = htons((uint16_t)probe_number(argv[0]));
	if (fd < 0)
		return -1;
	return bind(fd, (struct sockaddr *)&s, sizeof(s));
}

// Credentials that are not ours, told to whoever reads them.
static int
forge_pid(int argc, char **argv)
{
	struct ucred u = {1, getuid(), getgid()};
	union {
		struct cmsghdr h;
		char bytes[CMSG_SPACE(sizeof(u))];
	} c;
	struct iovec v = {(void *)"x", 1};
	struct msghdr m = {.msg_iov = &v,
	    .msg_iovlen = 1,
	    .msg_control = &c,
	    .msg_controllen = sizeof(c)};
	int sv[2];

	if (argc > 0)
		u.uid = (uid_t)probe_number(argv[0]);
	if (argc > 0)
		u.pid = getpid();
	memset(&c, 0, sizeof(c));
	c.h.cmsg_level = SOL_SOCKET;
	c.h.cmsg_type = SCM_CREDENTIALS;
	c.h.cmsg_len = CMSG_LEN(sizeof(u));
	memcpy(CMSG_DATA(&c.h), &u, sizeof(u));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0)
		return -1;
	return sendmsg(sv[0], &m, 0) < 0 ? -1 : 0;
}

// A socket of the file system.
static int
connect_unix(int argc, char **argv)
{
	struct sockaddr_un s = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)argc;
	memcpy(s.sun_path, argv[0], strnlen(argv[0], sizeof(s.sun_path) - 1));
	if (fd < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&s, sizeof(s));
}

static int
listen_unix(int argc, char **argv)
{
	struct sockaddr_un s = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), c;

	(void)argc;
	memcpy(s.sun_path, argv[0], strnlen(argv[0], sizeof(s.sun_path) - 1));
	if (fd < 0 || bind(fd, (struct sockaddr *)&s, sizeof(s)) < 0 ||
	    listen(fd, 8) < 0)
		return -1;
	puts("listening");
	fflush(stdout);
	alarm(60);
	while ((c = accept(fd, NULL, NULL)) >= 0)
		close(c);
	return -1;
}

const struct probe_def probe_net[] = {
    {"socket", do_socket, 3, false, false},
    {"socket-high", socket_high, 3, false, false},
    {"socketpair", do_socketpair, 2, false, false},
    {"links", links, 0, true, false},
    {"connect", connect_tcp, 2, true, false},
    {"connect-udp", connect_udp, 2, true, false},
    {"listen", listen_tcp, 0, true, true},
    {"loop", loop_trip, 1, true, false},
    {"listen-abstract", listen_abstract, 1, true, true},
    {"link-up", link_up, 1, false, false},
    {"make-bridge", make_bridge, 1, false, false},
    {"socket-option", socket_option, 2, false, false},
    {"bind-port", bind_port, 1, false, false},
    {"forge", forge_pid, 0, false, false},
    {"connect-unix", connect_unix, 1, true, false},
    {"listen-unix", listen_unix, 1, true, true},
    {"connect-abstract", connect_abstract, 1, true, false},
    {NULL, NULL, 0, false, false},
};
