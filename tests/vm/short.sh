#!/bin/sh
# SPDX-License-Identifier: ISC
# The short form of the machine's tests, in one machine with Debian's newest
# kernel: limits, the ways in, doctor.
# TEST_TIMEOUT=900
exec sh "${top_srcdir:?}/tests/vm/lane.sh" limits ladder doctor
