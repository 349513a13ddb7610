// SPDX-License-Identifier: ISC
// What a message must be before anyone looks at its meaning.
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "jail/wire/wire.h"

enum field_kind {
	FIELD_ZERO, // reserved
	FIELD_NAME, // text, terminated, zero behind the end, and not empty
	FIELD_TEXT, // the same, and may be empty
	FIELD_BOOL, // 0 or 1
	FIELD_BY,   // enum wire_by
	FIELD_ONE,  // a limit's number and 1, or 0
	FIELD_SET,  // limits, a bit each
	FIELD_PORT, // 0 to 65535
	FIELD_MODE, // enum wire_gate_mode
};

struct field {
	uint16_t type;
	uint16_t kind;
	uint32_t offset;
	uint32_t size;
};

#define FIELD(id, kind, body, member)                                   \
	{                                                               \
		WIRE_##id, FIELD_##kind, offsetof(struct body, member), \
		    sizeof(((struct body *)0)->member)                  \
	}

static const struct field fields[] = {
    FIELD(HELLO, ZERO, wire_hello, reserved),
    FIELD(BEGIN, ZERO, wire_begin, reserved),
    FIELD(MOUNT, BOOL, wire_mount, writable),
    FIELD(MOUNT, ZERO, wire_mount, reserved),
    FIELD(MOUNT, NAME, wire_mount, src),
    FIELD(MOUNT, NAME, wire_mount, dst),
    FIELD(LIMIT, ZERO, wire_limit, reserved),
    FIELD(ITEM, ZERO, wire_item, reserved),
    FIELD(ITEM, NAME, wire_item, text),
    FIELD(ROOT, NAME, wire_root, src),
    FIELD(COMMIT, ZERO, wire_commit, reserved),
    FIELD(FURTHER, ZERO, wire_further, reserved),
    FIELD(CONNECTION, ZERO, wire_further, reserved),
    FIELD(COMMAND, ZERO, wire_command, reserved),
    FIELD(KILL, ZERO, wire_command, reserved),
    FIELD(WELCOME, ZERO, wire_welcome, reserved),
    FIELD(STANDING, BY, wire_standing, enforced),
    FIELD(STANDING, BOOL, wire_standing, idmapped),
    FIELD(STANDING, BOOL, wire_standing, cgroup),
    FIELD(STANDING, BOOL, wire_standing, subordinate),
    FIELD(STANDING, BOOL, wire_standing, groups),
    FIELD(STANDING, MODE, wire_standing, gate),
    FIELD(REFUSED, NAME, wire_refused, item),
    FIELD(REFUSED, NAME, wire_refused, reason),
    FIELD(FAILED, NAME, wire_failed, err.text),
    FIELD(DONE, ZERO, wire_command, reserved),
    FIELD(USAGE, SET, wire_usage, hits),
    FIELD(USAGE, ZERO, wire_usage, used.reserved),
    FIELD(EXEC, ZERO, wire_exec, rows),
    FIELD(EXEC, ZERO, wire_exec, cols),
    FIELD(EXEC, ZERO, wire_exec, reserved),
    FIELD(EXEC_TTY, ZERO, wire_exec, reserved),
    FIELD(EXEC_TEXT, ZERO, wire_exec_text, exec.rows),
    FIELD(EXEC_TEXT, ZERO, wire_exec_text, exec.cols),
    FIELD(EXEC_TEXT, ZERO, wire_exec_text, exec.reserved),
    FIELD(OPEN, NAME, wire_open, path),
    FIELD(MKDIRS, NAME, wire_path, path),
    FIELD(RENAME, NAME, wire_rename, from),
    FIELD(RENAME, NAME, wire_rename, to),
    FIELD(UNLINK, NAME, wire_path, path),
    FIELD(STARTED, ZERO, wire_started, reserved),
    FIELD(STARTED_TTY, ZERO, wire_started, reserved),
    FIELD(OPENED, ZERO, wire_ok, reserved),
    FIELD(OK, ZERO, wire_ok, reserved),
    FIELD(EXITED, ONE, wire_exited, first),
    FIELD(EXITED, SET, wire_exited, hits),
    FIELD(EXITED, ZERO, wire_exited, used.reserved),
    FIELD(EXITED, BOOL, wire_exited, whole),
    FIELD(EXITED, ZERO, wire_exited, reserved),
    FIELD(BUILD, BOOL, wire_build, measured),
    FIELD(GO, ZERO, wire_ok, reserved),
    FIELD(BUILD, BY, wire_build, enforced),
    FIELD(SOURCE, BOOL, wire_source, tree),
    FIELD(CGROUP, ZERO, wire_command, reserved),
    FIELD(CGROUP_WATCHED, ZERO, wire_command, reserved),
    FIELD(LINEAGE, ZERO, wire_command, reserved),
    FIELD(READY, ZERO, wire_ready, reserved),
    FIELD(EGRESS, ZERO, wire_broker, reserved),
    FIELD(NET, ZERO, wire_net, rule.reserved),
    FIELD(NET, TEXT, wire_net, rule.host),
    FIELD(NET, TEXT, wire_net, rule.preset),
    FIELD(MINT, ZERO, wire_ok, reserved),
    FIELD(MINTED, ZERO, wire_ok, reserved),
    FIELD(GATE_SOCKET, PORT, wire_gate_socket, port),
    FIELD(GATE_POLICY, BOOL, wire_gate_policy, privileged),
    FIELD(BROKER, ZERO, wire_broker, reserved),
    FIELD(ATTACH, BOOL, wire_attach, asking),
    FIELD(ATTACH, ZERO, wire_attach, reserved),
    FIELD(ATTACH, TEXT, wire_attach, run),
    FIELD(SYNC, ZERO, wire_broker, reserved),
    FIELD(RELAY, PORT, wire_relay, port),
    FIELD(RELAY, ZERO, wire_relay, reserved),
    FIELD(ASK, PORT, wire_ask, port),
    FIELD(ASK, BOOL, wire_ask, literal),
    FIELD(ASK, NAME, wire_ask, host),
    FIELD(VIOLATION, PORT, wire_violation, port),
    FIELD(VIOLATION, BOOL, wire_violation, literal),
    FIELD(VIOLATION, TEXT, wire_violation, host),
    FIELD(VIOLATION, TEXT, wire_violation, rule),
};

static bool
all_zero(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != '\0')
			return false;
	return true;
}

static bool
all_below(const char *p, size_t n, uint32_t bound)
{
	uint32_t v;
	size_t i;

	for (i = 0; i < n; i += sizeof(v)) {
		memcpy(&v, p + i, sizeof(v));
		if (v >= bound)
			return false;
	}
	return true;
}

static bool
field_ok(const struct field *f, const char *body)
{
	const char *p = body + f->offset;
	uint64_t set;
	size_t n;

	switch ((enum field_kind)f->kind) {
	case FIELD_ZERO:
		return all_zero(p, f->size);
	case FIELD_BOOL:
		return all_below(p, f->size, 2);
	case FIELD_BY:
		return all_below(p, f->size, WIRE_BY__COUNT);
	case FIELD_ONE:
		return all_below(p, f->size, LIMIT__COUNT + 1);
	case FIELD_SET:
		memcpy(&set, p, sizeof(set));
		return set >> LIMIT__COUNT == 0;
	case FIELD_PORT:
		return all_below(p, f->size, 65536);
	case FIELD_MODE:
		return all_below(p, f->size, WIRE_MODE__COUNT);
	case FIELD_TEXT:
	case FIELD_NAME:
		n = strnlen(p, f->size);
		if (n == f->size || (n == 0 && f->kind == FIELD_NAME))
			return false;
		return all_zero(p + n, f->size - n);
	}
	return false;
}

static int
check_header(
    const struct wire_header *h, size_t total, unsigned ways, struct err *e)
{
	const struct wire_info *w;

	if (total < sizeof(*h))
		return err_set(e, ERR_PROTOCOL, 0,
		    "message of %zu bytes is shorter than a header", total);
	if (h->version != WIRE_VERSION || h->reserved != 0)
		return err_set(e, ERR_PROTOCOL, 0,
		    "wire version %u, this side speaks %u: install both "
		    "programs from one build",
		    h->version, WIRE_VERSION);
	w = wire_info(h->type);
	if (w == NULL || (w->way & ways) == 0)
		return err_set(e, ERR_PROTOCOL, 0,
		    "message type %u does not belong here", h->type);
	return 0;
}

static int
check_fields(const struct wire_info *w, const union wire_body *u, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].type == w->type &&
		    !field_ok(&fields[i], (const char *)u))
			return err_set(e, ERR_PROTOCOL, 0,
			    "%s has a bad field at byte %u", w->name,
			    fields[i].offset);
	return 0;
}

int
wire_check(const struct wire_msg *m, size_t total, unsigned nfds, unsigned ways,
    struct err *e)
{
	const struct wire_info *w;

	if (check_header(&m->h, total, ways, e) != 0)
		return -1;
	w = wire_info(m->h.type);
	if (m->h.len != w->len || total != sizeof(m->h) + w->len)
		return err_set(e, ERR_PROTOCOL, 0,
		    "%s of %zu bytes, %zu are right", w->name, total,
		    sizeof(m->h) + w->len);
	if (m->h.nfds != w->nfds || nfds != w->nfds)
		return err_set(e, ERR_PROTOCOL, 0,
		    "%s with %u descriptors, %u are right", w->name, nfds,
		    w->nfds);
	return check_fields(w, &m->u, e);
}
