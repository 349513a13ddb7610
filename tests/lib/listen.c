// SPDX-License-Identifier: ISC
// A socket of the service, as a service manager passes it.
// usage: listen SOCKET PROGRAM [ARGUMENT...]   it gets the listening socket
//        listen -a SOCKET PROGRAM [...]        one for each connection
// Prints a line once the socket is there.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	PASSED = 3,
};

static void
run(int fd, char **argv)
{
	if (dup2(fd, PASSED) < 0)
		_exit(96);
	if (fd != PASSED)
		close(fd);
	execv(argv[0], argv);
	perror(argv[0]);
	_exit(97);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int each = argc > 1 && strcmp(argv[1], "-a") == 0;
	int fd, conn;

	argv += each;
	if (argc - each < 3 || strlen(argv[1]) >= sizeof(sa.sun_path))
		return 2;
	memcpy(sa.sun_path, argv[1], strlen(argv[1]) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 ||
	    listen(fd, 64) != 0 || chmod(argv[1], 0666) != 0) {
		perror(argv[1]);
		return 1;
	}
	puts("listening");
	fflush(stdout);
	if (!each)
		run(fd, argv + 2);
	signal(SIGCHLD, SIG_IGN);
	while ((conn = accept(fd, NULL, NULL)) >= 0) {
		if (fork() == 0) {
			close(fd);
			run(conn, argv + 2);
		}
		close(conn);
	}
	return 1;
}
