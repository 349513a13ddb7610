// SPDX-License-Identifier: ISC
// preset:model
#include "src/egress/preset.h"

void
preset_model(struct preset *o)
{
	preset_note(o, "not there yet");
}
