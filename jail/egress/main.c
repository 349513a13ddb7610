// SPDX-License-Identifier: ISC
// stockade-egress: the broker at the network's edge.
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("stockade-egress " PACKAGE_VERSION) < 0;
	fputs("usage: stockade-egress\n"
	      "The network broker of stockade(1), which starts it. See\n"
	      "stockade-egress(8).\n",
	    stderr);
	return 2;
}
