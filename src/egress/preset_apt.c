// SPDX-License-Identifier: ISC
// preset:apt
#include "src/egress/preset.h"

void
preset_apt(struct preset *o)
{
	preset_note(o, "not there yet");
}
