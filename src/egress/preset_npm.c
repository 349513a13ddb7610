// SPDX-License-Identifier: ISC
// preset:npm
#include "src/egress/preset.h"

void
preset_npm(struct preset *o)
{
	preset_note(o, "not there yet");
}
