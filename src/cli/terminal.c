// SPDX-License-Identifier: ISC
// Our own terminal, while a command has one inside.
#include <stdbool.h>
#include <termios.h>
#include <unistd.h>
#include "src/cli/terminal.h"

static struct termios before;
static bool changed;

void
terminal_raw(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return;
	t = before;
	cfmakeraw(&t);
	changed = tcsetattr(STDIN_FILENO, TCSADRAIN, &t) == 0;
}

void
terminal_restore(void)
{
	if (changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	changed = false;
}

int
terminal_size(struct winsize *size)
{
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, size) == 0)
		return 0;
	return ioctl(STDIN_FILENO, TIOCGWINSZ, size);
}

size_t
terminal_eof(char *buf, size_t size)
{
	if (size == 0)
		return 0;
	buf[0] = 4; // ^D, which a fresh terminal takes as the end
	return 1;
}
