// SPDX-License-Identifier: ISC
// How a run ends: names of the exit status, and which error means which.
#include <stddef.h>
#include "jail/base/err.h"
#include "src/agent/exit.h"

static const struct {
	enum agent_exit status;
	const char *name, *what;
} rows[] = {
#define X(id, status, name, what) {AGENT_EXIT_##id, name, what},
    EXIT_TABLE(X)
#undef X
};

const char *
exit_name(enum agent_exit status)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].name;
	return "unknown";
}

const char *
exit_sentence(enum agent_exit status)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].what;
	return "it ended in an unknown way";
}

enum agent_exit
exit_of_error(uint32_t code)
{
	switch (code) {
	case ERR_USAGE:
		return AGENT_EXIT_USAGE;
	case ERR_POLICY:
	case ERR_REFUSED:
		return AGENT_EXIT_POLICY;
	case ERR_MODEL:
	case ERR_REPLAY:
		return AGENT_EXIT_MODEL;
	case ERR_INTERRUPTED:
		return AGENT_EXIT_INTERRUPTED;
	case ERR_SESSION:
	case ERR_INTERNAL:
		return AGENT_EXIT_INTERNAL;
	default: // everything else is told by the sandbox
		return AGENT_EXIT_SANDBOX;
	}
}
