// SPDX-License-Identifier: ISC
// Which model a run asks, and what is known of its price.
#include <stdlib.h>
#include <string.h>
#include "src/agent/choice.h"
#include "src/agent/text.h"
#include "src/model/dialect.h"
#include "src/model/prices.h"

/* One who says something, the first who does so has it. */
struct level {
	const char *provider, *model;
};

static const char *
variable(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? v : NULL;
}

int
choice_make(struct choice *ch, const struct config *c, const struct policy *p,
    struct err *e)
{
	const struct level levels[] = {
	    {c->provider, c->model},
	    {variable("STOCKADE_PROVIDER"), variable("STOCKADE_MODEL")},
	    {*p->provider != '\0' ? p->provider : NULL,
		*p->model != '\0' ? p->model : NULL},
	    {"anthropic", NULL},
	};
	const size_t n = sizeof(levels) / sizeof(levels[0]);
	const struct dialect *d;
	size_t i;

	memset(ch, 0, sizeof(*ch));
	for (i = 0; ch->provider == NULL; i++)
		ch->provider = levels[i].provider;
	if (i == 2 && !dialect_is_provider(ch->provider))
		return err_set(e, ERR_USAGE, 0,
		    "STOCKADE_PROVIDER=%.60s: it is %s", ch->provider,
		    dialect_providers);
	for (i = 0; ch->model == NULL && i < n; i++)
		if (levels[i].provider == NULL ||
		    strcmp(levels[i].provider, ch->provider) == 0)
			ch->model = levels[i].model;
	d = dialect_find(ch->provider);
	ch->server = c->base_url;
	if (ch->server == NULL && d != NULL)
		ch->server = variable(d->url_variable);
	if (ch->server == NULL && d != NULL)
		ch->server = d->base_url;
	return 0;
}

struct prices *
choice_prices(const struct config *c, struct err *e)
{
	const char *config = variable("XDG_CONFIG_HOME");
	const char *home = variable("HOME");
	autotext struct text own = {0};
	const char *paths[3] = {prices_installed(), NULL, c->prices};

	// A relative one is to be passed over, says who defined it.
	if (config != NULL && *config == '/')
		text_printf(&own, "%s/stockade/prices.json", config);
	else if (home != NULL && *home == '/')
		text_printf(&own, "%s/.config/stockade/prices.json", home);
	paths[1] = own.len > 0 ? own.p : NULL;
	return prices_open(paths, 3, 1u << 2, e);
}
