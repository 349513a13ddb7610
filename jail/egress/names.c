// SPDX-License-Identifier: ISC
// The map of names and their synthetic addresses: one shared mapping, dealt
// from its beginning, never taken back. Pages that no name needs cost nothing.
#include <stdatomic.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include "jail/egress/names.h"

#define BASE  (UINT32_C(198) << 24 | UINT32_C(18) << 16)
#define FIRST 1 /* 198.18.0.0 looks like a network's own address */
#define SLOTS (NAMES_MAX * 2)

struct names {
	uint32_t max;
	_Atomic uint32_t count;
	_Atomic uint32_t used;	      /* bytes of text */
	uint64_t seed;		      /* so that nobody inside makes runs */
	_Atomic uint32_t slot[SLOTS]; /* 1 + index; 0: empty */
	uint32_t at[NAMES_MAX];	      /* where in text */
	char text[NAMES_MAX * SPEC_NET_HOST_MAX];
};

struct names *
names_new(uint32_t max)
{
	const void *random = (const void *)getauxval(AT_RANDOM);
	struct names *n;

	n = mmap(NULL, sizeof(*n), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (n == MAP_FAILED)
		return NULL;
	if (random != NULL)
		memcpy(&n->seed, random, sizeof(n->seed));
	names_limit(n, max);
	return n;
}

void
names_free(struct names *n)
{
	if (n != NULL)
		munmap(n, sizeof(*n));
}

void
names_limit(struct names *n, uint32_t max)
{
	n->max = max < NAMES_MAX ? max : NAMES_MAX;
}

/* FNV-1a from a secret beginning, its high bits folded down. */
static uint32_t
hash(const struct names *n, const char *s)
{
	uint64_t h = n->seed ^ UINT64_C(0xcbf29ce484222325);

	for (; *s != '\0'; s++)
		h = (h ^ (uint8_t)*s) * UINT64_C(0x100000001b3);
	h ^= h >> 32;
	return (uint32_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* The slot that name is in, or could be in: half of them are always empty. */
static uint32_t
find(const struct names *n, const char *name)
{
	uint32_t i = hash(n, name) % SLOTS, v;

	while (
	    (v = n->slot[i]) != 0 && strcmp(n->text + n->at[v - 1], name) != 0)
		i = (i + 1) % SLOTS;
	return i;
}

/*
 * Each step is whole before the next one shows it: who is killed between two
 * leaves an address that belongs to nobody who can be asked for, no worse.
 */
static int
add(struct names *n, uint32_t slot, const char *name)
{
	uint32_t i = n->count, used = n->used;
	size_t size = strlen(name) + 1;

	if (i >= n->max || size > SPEC_NET_HOST_MAX ||
	    size > sizeof(n->text) - used)
		return -1;
	memcpy(n->text + used, name, size);
	n->at[i] = used;
	n->used = used + (uint32_t)size;
	n->count = i + 1;
	n->slot[slot] = i + 1;
	return 0;
}

int
names_address(struct names *n, const char *name, uint8_t a[4])
{
	uint32_t slot = find(n, name), v;

	if (n->slot[slot] == 0 && add(n, slot, name) != 0)
		return -1;
	v = BASE + FIRST + n->slot[slot] - 1;
	a[0] = (uint8_t)(v >> 24);
	a[1] = (uint8_t)(v >> 16);
	a[2] = (uint8_t)(v >> 8);
	a[3] = (uint8_t)v;
	return 0;
}

const char *
names_name(const struct names *n, const uint8_t a[4])
{
	uint32_t i = ((uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 |
			 (uint32_t)a[2] << 8 | a[3]) -
		     BASE - FIRST;

	return i < n->count ? n->text + n->at[i] : NULL;
}

bool
names_synthetic(const uint8_t a[4])
{
	return a[0] == 198 && (a[1] & ~1) == 18;
}

uint32_t
names_count(const struct names *n)
{
	return n->count;
}
