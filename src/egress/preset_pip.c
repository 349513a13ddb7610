// SPDX-License-Identifier: ISC
// preset:pip
#include "src/egress/preset.h"

void
preset_pip(struct preset *o)
{
	preset_note(o, "not there yet");
}
