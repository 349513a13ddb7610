// SPDX-License-Identifier: ISC
// A host name in its one normal form, or none: nothing is repaired.
#include <stdbool.h>
#include "policy/hostname.h"

#define NAME_BYTES  253
#define LABEL_BYTES 63

static bool
is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static const char *
byte_fault(char c)
{
	if (is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_')
		return NULL;
	if (c & 0x80)
		return "has a byte beyond ASCII: write it as xn--...";
	return "has a byte that no host name has";
}

/* One label, of a name in lower case. */
static const char *
label_fault(const char *s, size_t len)
{
	const char *fault = NULL;
	size_t i;

	if (len == 0)
		return "has an empty label";
	if (len > LABEL_BYTES)
		return "has a label over 63 bytes";
	// Some program's option, where it is handed on as an argument.
	if (s[0] == '-')
		return "has a label that begins with a hyphen";
	for (i = 0; i < len && fault == NULL; i++)
		fault = byte_fault(s[i]);
	return fault;
}

/*
 * inet_aton(3), and so many a resolver, takes 10.1, 0177.1 and 0x7f.1 for
 * addresses. All of these end in a label of digits, or of 0x.
 */
static const char *
last_fault(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && !is_letter(s[i]); i++)
		;
	if (i == len)
		return "ends in a number: it is no host name";
	if (len >= 2 && s[0] == '0' && s[1] == 'x')
		return "ends in a hexadecimal number: it is no host name";
	return NULL;
}

static const char *
name_fault(const char *s, size_t len)
{
	size_t i, start = 0;
	const char *fault;

	for (i = 0; i < len; i++) {
		if (s[i] != '.')
			continue;
		fault = label_fault(s + start, i - start);
		if (fault != NULL)
			return fault;
		start = i + 1;
	}
	fault = label_fault(s + start, len - start);
	return fault != NULL ? fault : last_fault(s + start, len - start);
}

int
hostname_normal(
    const char *s, size_t len, char out[SPEC_NET_HOST_MAX], const char **why)
{
	char name[NAME_BYTES];
	size_t i;

	if (len > 0 && s[len - 1] == '.')
		len--;
	if (len == 0 || len > NAME_BYTES) {
		*why = len == 0 ? "is empty" : "is over 253 bytes";
		return -1;
	}
	for (i = 0; i < len; i++)
		name[i] = lower(s[i]);
	*why = name_fault(name, len);
	if (*why != NULL)
		return -1;
	for (i = 0; i < len; i++)
		out[i] = name[i];
	out[len] = '\0';
	return 0;
}
