// SPDX-License-Identifier: ISC
// The table of messages: sizes, descriptors, ways; and its fingerprint.
#include <stddef.h>
#include <stdint.h>
#include "jail/wire/wire.h"

#define X(id, value, body, member, nfds, way, states, once, answer)         \
	_Static_assert(sizeof(struct body) % 4 == 0, "padding at the end"); \
	_Static_assert(                                                     \
	    sizeof(struct body) + sizeof(struct wire_header) <= 16384,      \
	    "a message is at most 16 KiB");
WIRE_TABLE(X)
#undef X
_Static_assert(sizeof(struct wire_header) == 16, "header");
_Static_assert(offsetof(struct wire_mount, dst) == 8 + SPEC_PATH_MAX, "mount");
_Static_assert(sizeof(struct wire_exec) == 32, "exec");
_Static_assert(sizeof(struct wire_exited) == 88, "exited");
_Static_assert(sizeof(struct wire_usage) == 64, "usage");
_Static_assert(LIMIT__COUNT < 64, "limits fit in a set of bits");
_Static_assert(sizeof(struct err) == 248, "err");

static const struct wire_info infos[] = {
#define X(id, value, body, member, nfds, way, states, once, answer) \
	{value, #id, sizeof(struct body), nfds, way, states, once,  \
	    WIRE_##answer},
    WIRE_TABLE(X)
#undef X
};

const struct wire_info *
wire_info_at(unsigned i)
{
	return i < sizeof(infos) / sizeof(infos[0]) ? &infos[i] : NULL;
}

const struct wire_info *
wire_info(uint16_t type)
{
	const struct wire_info *w;
	unsigned i;

	for (i = 0; (w = wire_info_at(i)) != NULL; i++)
		if (w->type == type)
			return w;
	return NULL;
}

static uint64_t
mix(uint64_t h, const char *s, uint32_t v)
{
	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * 0x100000001b3;
	return (h ^ v) * 0x100000001b3;
}

uint64_t
wire_table_hash(void)
{
	uint64_t h = 0xcbf29ce484222325;
	const struct wire_info *w;
	unsigned i;

	for (i = 0; (w = wire_info_at(i)) != NULL; i++) {
		h = mix(h, w->name, w->type);
		h = mix(h, "", w->len);
		h = mix(h, "", w->nfds);
		h = mix(h, "", w->way);
		h = mix(h, "", w->states);
		h = mix(h, "", w->once);
		h = mix(h, "", w->answer);
	}
	return h;
}
