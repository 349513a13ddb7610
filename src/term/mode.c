// SPDX-License-Identifier: ISC
// The terminal a person sits at: its modes, its size, what it can do.
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "src/term/mode.h"

static struct termios before;
static int tty = -1;
static volatile sig_atomic_t resized;

static void
on_resize(int signo)
{
	(void)signo;
	resized = 1;
}

void
mode_begin(int fd)
{
	struct sigaction sa = {.sa_handler = on_resize}; // no SA_RESTART

	if (tcgetattr(fd, &before) != 0)
		return;
	tty = fd;
	sigaction(SIGWINCH, &sa, NULL);
}

// What is typed ahead stays: TCSADRAIN, not TCSAFLUSH.
static void
set(const struct termios *t)
{
	if (tty >= 0)
		tcsetattr(tty, TCSADRAIN, t);
}

void
mode_raw(void)
{
	struct termios t = before;

	// Output is left alone: who else writes expects its line ends.
	t.c_iflag &=
	    ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
	t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	set(&t);
}

void
mode_quiet(void)
{
	struct termios t = before;

	// What is typed ahead is the editor's: Ctrl-D and Enter, too.
	t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	t.c_lflag |= ISIG;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	t.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR);
	set(&t);
}

void
mode_restore(void)
{
	// Output may be stopped, and this be a signal handler: do not wait.
	if (tty >= 0)
		tcsetattr(tty, TCSANOW, &before);
}

bool
mode_resized(void)
{
	bool was = resized != 0;

	resized = 0;
	return was;
}

void
mode_size(int fd, struct mode_size *s)
{
	struct winsize w;

	*s = (struct mode_size){24, 80};
	if (ioctl(fd, TIOCGWINSZ, &w) != 0)
		return;
	if (w.ws_row > 0)
		s->rows = w.ws_row;
	if (w.ws_col > 0)
		s->columns = w.ws_col;
}

bool
mode_can_move(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term != NULL && *term != '\0' &&
	       strcmp(term, "dumb") != 0;
}

bool
mode_wants_color(int fd)
{
	const char *no = getenv("NO_COLOR");

	return mode_can_move(fd) && (no == NULL || *no == '\0');
}
