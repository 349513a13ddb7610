// SPDX-License-Identifier: ISC
// A question to whoever sits at the terminal: words out, a line back.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/cli/tty.h"

int
tty_open(struct tty *t, struct err *e)
{
	t->fd = t->out = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd < 0)
		return err_set(
		    e, ERR_USAGE, errno, "no terminal to ask on, /dev/tty");
	return 0;
}

void
tty_close(struct tty *t)
{
	fd_close(&t->fd);
	t->out = -1;
}

int
tty_forget(struct tty *t)
{
	return tcflush(t->fd, TCIFLUSH) != 0 && errno != ENOTTY ? -1 : 0;
}

void
tty_write(const struct tty *t, const char *text, size_t len)
{
	if (fd_write_all(t->out, text, len) != 0)
		return; // nobody reads it: nobody will answer, then
}

void
tty_say(const struct tty *t, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		tty_write(t, text,
		    (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

/* How long poll(2) may sleep. */
static int
patience(uint64_t now, uint64_t until_ms)
{
	return until_ms - now > INT_MAX ? INT_MAX : (int)(until_ms - now);
}

enum tty_came
tty_line(const struct tty *t, char *buf, size_t size, uint64_t until_ms)
{
	struct pollfd p[2] = {{.fd = t->fd, .events = POLLIN},
	    {.fd = t->attend != NULL ? t->also : -1, .events = POLLIN}};
	uint64_t now;
	ssize_t n;

	for (;;) {
		now = clock_ms();
		if (now >= until_ms || (t->stopped != NULL && t->stopped()))
			return TTY_NOTHING;
		if (poll(p, 2, patience(now, until_ms)) <= 0)
			continue;
		if (p[1].revents != 0 && t->attend(t->arg))
			return TTY_DISTURBED;
		if (p[0].revents == 0)
			continue;
		n = read(t->fd, buf, size - 1);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) // the end of it: ^D, or it hung up
			return TTY_NOTHING;
		buf[n] = '\0';
		return TTY_LINE;
	}
}
