// SPDX-License-Identifier: ISC
// What models cost and hold: a dated table, over which users put their own.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/model/field.h"
#include "src/model/prices.h"

enum {
	FILE_MAX = 1 << 20,
	NAME_ROOM = 128,
	MILLION = 1000000,
	DEAREST = 1000000 /* dollars for a million tokens */
};

struct prices {
	struct json_object *models; /* normal name to entry */
	char date[16];
};

static const char shipped[] =
#include "src/model/prices_shipped.h"
    ;

const char *
prices_installed(void)
{
	return PRICES_INSTALLED;
}

/* A model's name as the table knows it: lower case, '-' for '.' and '_'. */
static void
normal(const char *name, size_t n, char to[NAME_ROOM])
{
	size_t i;

	for (i = 0; i < n && i + 1 < NAME_ROOM; i++) {
		to[i] = name[i];
		if (name[i] == '.' || name[i] == '_')
			to[i] = '-';
		else if (name[i] >= 'A' && name[i] <= 'Z')
			to[i] = (char)(name[i] - 'A' + 'a');
	}
	to[i] = '\0';
}

/* An amount of dollars; -1 if it is there and is none. */
static int
take_amount(struct json_object *o, const char *key, uint64_t *micro)
{
	struct json_object *v = NULL;
	double d;

	if (!json_object_object_get_ex(o, key, &v))
		return 0;
	if (!json_object_is_type(v, json_type_double) &&
	    !json_object_is_type(v, json_type_int))
		return -1;
	d = json_object_get_double(v);
	if (!(d >= 0 && d <= DEAREST))
		return -1;
	*micro = (uint64_t)(d * MILLION + 0.5);
	return 1;
}

static int
take_count(struct json_object *o, const char *key, uint64_t *v)
{
	return json_object_object_get_ex(o, key, NULL) && !field_u64(o, key, v)
		   ? -1
		   : 0;
}

/* 1: both rates are there; 0: neither is; -1: something is wrong. */
static int
take_rate(struct json_object *o, struct price_rate *r)
{
	int in = take_amount(o, "input", &r->input);
	int out = take_amount(o, "output", &r->output);

	r->cache_read = r->cache_write = r->input;
	if (in != out || in == -1 ||
	    take_amount(o, "cache_read", &r->cache_read) == -1 ||
	    take_amount(o, "cache_write", &r->cache_write) == -1)
		return -1;
	return in;
}

/* An entry as a price; -1 if it makes no sense. */
static int
take_price(struct json_object *o, struct price *p)
{
	struct json_object *far = NULL;
	int known;

	memset(p, 0, sizeof(*p));
	if (!json_object_is_type(o, json_type_object))
		return -1;
	known = take_rate(o, &p->usual);
	if (known == -1 ||
	    take_count(o, "context_window", &p->context_window) == -1 ||
	    take_count(o, "max_output_tokens", &p->max_output_tokens) == -1)
		return -1;
	p->known = known == 1;
	if (!json_object_object_get_ex(o, "long", &far))
		return 0;
	return json_object_is_type(far, json_type_object) && p->known &&
		       field_u64(far, "above", &p->far_above) &&
		       p->far_above > 0 && take_rate(far, &p->far) == 1
		   ? 0
		   : -1;
}

static int
add_models(struct prices *p, struct json_object *models, struct err *e)
{
	char name[NAME_ROOM];
	struct price price;

	json_object_object_foreach(models, key, entry)
	{
		if (*key == '\0' || strlen(key) >= NAME_ROOM ||
		    take_price(entry, &price) == -1)
			return err_set(e, ERR_USAGE, 0,
			    "\"%.60s\" has no sound entry: input and output "
			    "are dollars for a million tokens",
			    key);
		normal(key, strlen(key), name);
		json_object_object_add(p->models, name, json_object_get(entry));
	}
	return 0;
}

static int
add_text(struct prices *p, const char *text, size_t n, struct err *e)
{
	struct json_object *o = field_parse(text, n), *models;
	uint64_t version = 0;
	const char *date;
	int r = -1;

	models = field_get(o, "models", json_type_object);
	date = field_str(o, "date", "");
	if (!field_u64(o, "stockade_prices", &version) || models == NULL)
		err_set(e, ERR_USAGE, 0,
		    "it is no table of prices: a JSON object with "
		    "\"stockade_prices\": 1 and \"models\"");
	else if (version != 1)
		err_set(e, ERR_USAGE, 0,
		    "it is of format %llu, and this program reads 1",
		    (unsigned long long)version);
	else
		r = add_models(p, models, e);
	if (r == 0 && strlen(date) < sizeof(p->date) &&
	    strcmp(date, p->date) > 0)
		memcpy(p->date, date, strlen(date) + 1);
	json_object_put(o);
	return r;
}

/* The file's bytes, the caller's; NULL with *e. */
static char *
read_file(const char *path, size_t *n, struct err *e)
{
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	ssize_t r = 0;

	*n = 0;
	if (fd == -1 || fstat(fd, &st) == -1) {
		err_set(e, ERR_USAGE, errno, "prices %s", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		err_set(e, ERR_USAGE, 0,
		    "prices %s: not a regular file of at most 1 MiB", path);
		return NULL;
	}
	text = malloc((size_t)st.st_size + 1);
	while (text != NULL && *n < (size_t)st.st_size &&
	       ((r = read(fd, text + *n, (size_t)st.st_size - *n)) > 0 ||
		   (r == -1 && errno == EINTR)))
		*n += r > 0 ? (size_t)r : 0;
	if (text == NULL || r == -1) {
		err_set(e, ERR_USAGE, errno, "prices %s", path);
		free(text);
		return NULL;
	}
	return text;
}

static int
add_file(struct prices *p, const char *path, bool must, struct err *e)
{
	size_t n;
	char *text = read_file(path, &n, e);
	int r;

	if (text == NULL)
		return !must && (e->sys_errno == ENOENT ||
				    e->sys_errno == ENOTDIR ||
				    e->sys_errno == EACCES)
			   ? 0
			   : -1;
	r = add_text(p, text, n, e);
	free(text);
	return r == -1 ? err_prefix(e, "prices %s", path) : 0;
}

struct prices *
prices_open(const char *const *paths, size_t n, unsigned must, struct err *e)
{
	struct prices *p = calloc(1, sizeof(*p));
	struct err own;
	int r = -1;
	size_t i;

	e = e != NULL ? e : &own;
	if (p != NULL) {
		p->models = json_object_new_object();
		r = add_text(p, shipped, sizeof(shipped) - 1, e);
	}
	for (i = 0; r == 0 && i < n; i++)
		if (paths[i] != NULL)
			r = add_file(p, paths[i], (must >> i & 1) != 0, e);
	if (r == 0)
		return p;
	prices_close(p);
	return NULL;
}

void
prices_close(struct prices *p)
{
	if (p == NULL)
		return;
	json_object_put(p->models);
	free(p);
}

const char *
prices_date(const struct prices *p)
{
	return p->date;
}

static bool
lookup(const struct prices *p, const char *name, size_t n, struct price *price)
{
	struct json_object *o = NULL;
	char key[NAME_ROOM];

	if (n == 0 || n >= NAME_ROOM)
		return false;
	normal(name, n, key);
	return json_object_object_get_ex(p->models, key, &o) &&
	       take_price(o, price) == 0;
}

/* How much of a name of n bytes is left without a date or "-latest". */
static size_t
undated(const char *name, size_t n)
{
	static const char *const forms[] = {
	    "-0000-00-00", "-00000000", "@00000000", "-latest"};
	size_t i, k, m;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		m = strlen(forms[i]);
		if (n <= m)
			continue;
		for (k = 0; k < m; k++) {
			char c = name[n - m + k];

			if (c != forms[i][k] &&
			    !(forms[i][k] == '0' && c >= '0' && c <= '9'))
				break;
		}
		if (k == m)
			return n - m;
	}
	return n;
}

bool
prices_find(const struct prices *p, const char *model, struct price *price)
{
	const char *slash = strrchr(model, '/'), *name = model;
	size_t n = strlen(model);
	int pass;

	memset(price, 0, sizeof(*price));
	for (pass = 0; pass < 2; pass++) {
		n = strlen(name);
		if (lookup(p, name, n, price) ||
		    lookup(p, name, undated(name, n), price))
			return true;
		n = strcspn(name, ":");
		if (lookup(p, name, n, price) ||
		    lookup(p, name, undated(name, n), price))
			return true;
		if (slash == NULL)
			break;
		name = slash + 1;
	}
	memset(price, 0, sizeof(*price));
	return false;
}

uint64_t
price_cost(const struct price *price, const struct model_usage *u)
{
	const struct price_rate *r = &price->usual;
	uint64_t read = u->cache_read_input_tokens;
	uint64_t write = u->cache_creation_input_tokens;
	uint64_t plain = 0;
	unsigned __int128 sum;

	if (!price->known)
		return 0;
	if (price->far_above != 0 && u->input_tokens > price->far_above)
		r = &price->far;
	// A server may say more of the parts than of the whole.
	if (read <= u->input_tokens && write <= u->input_tokens - read)
		plain = u->input_tokens - read - write;
	sum = (unsigned __int128)plain * r->input +
	      (unsigned __int128)read * r->cache_read +
	      (unsigned __int128)write * r->cache_write +
	      (unsigned __int128)u->output_tokens * r->output;
	sum = (sum + MILLION - 1) / MILLION;
	return sum > UINT64_MAX ? UINT64_MAX : (uint64_t)sum;
}
