// SPDX-License-Identifier: ISC
// preset:go
#include "src/egress/preset.h"

void
preset_go(struct preset *o)
{
	preset_note(o, "not there yet");
}
