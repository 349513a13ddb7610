// SPDX-License-Identifier: ISC
// preset:cargo
#include "src/egress/preset.h"

void
preset_cargo(struct preset *o)
{
	preset_note(o, "not there yet");
}
