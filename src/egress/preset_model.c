// SPDX-License-Identifier: ISC
// preset:model: the server of the model in use.
#include <stdlib.h>
#include <string.h>
#include "src/egress/preset.h"

void
preset_model(struct preset *o)
{
	const char *url = o->where->base_url;

	if (url != NULL)
		preset_urls(
		    o, url, strlen(url), PRESET_CONFIGURED, "the model in use");
	else
		preset_note(o, "no model is in use, or none with a server; it "
			       "is for stockade agent");
}
