// SPDX-License-Identifier: ISC
// preset:git
#include "src/egress/preset.h"

void
preset_git(struct preset *o)
{
	preset_note(o, "not there yet");
}
