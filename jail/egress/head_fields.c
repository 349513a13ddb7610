// SPDX-License-Identifier: ISC
// The fields of an HTTP/1 head that say whom it is for, where its body ends,
// and what the connection shall become.
#include "jail/egress/head_line.h"

static const char *
read_length(struct part value)
{
	size_t i;

	for (i = 0; i < value.n && value.p[i] >= '0' && value.p[i] <= '9'; i++)
		;
	return i > 0 && i == value.n && i < 19
		   ? NULL
		   : "has a Content-Length that is no number";
}

/* Other protocols are asked for in vain: their tokens go no further. */
static const char *
read_upgrade(struct part value, struct fields *f)
{
	struct part e;

	while (part_element(&value, &e)) {
		f->upgrades++;
		f->websocket |= part_is(e, "websocket");
		f->h2c |= part_is(e, "h2c");
	}
	return NULL;
}

/* What it names is taken out, which must not change where the body ends. */
static const char *
read_connection(struct part value, struct fields *f)
{
	struct part e;

	while (part_element(&value, &e)) {
		f->upgrade |= part_is(e, "upgrade");
		if (part_is(e, "host") || part_is(e, "content-length") ||
		    part_is(e, "transfer-encoding"))
			return "has a Connection that names Host or a length";
	}
	return NULL;
}

static const char *
read_field(const struct field_line *l, struct fields *f)
{
	if (part_is(l->name, "host")) {
		if (f->hosts++ > 0)
			return "has two Hosts";
		return authority_read(l->value, &f->host);
	}
	if (part_is(l->name, "content-length")) {
		if (f->lengths++ > 0)
			return "has two Content-Lengths";
		return read_length(l->value);
	}
	if (part_is(l->name, "transfer-encoding")) {
		if (f->codings++ > 0 || !part_is(l->value, "chunked"))
			return "has a Transfer-Encoding other than chunked";
		return NULL;
	}
	if (part_is(l->name, "upgrade"))
		return read_upgrade(l->value, f);
	if (part_is(l->name, "connection"))
		return read_connection(l->value, f);
	return NULL;
}

const char *
fields_read(struct part rest, struct fields *f)
{
	struct field_line l;
	const char *fault = NULL;
	struct part line;

	for (line = part_line(&rest); fault == NULL && line.n > 0;
	     line = part_line(&rest)) {
		fault = field_line_read(line, &l);
		if (fault == NULL)
			fault = read_field(&l, f);
	}
	return fault;
}
