# tests/workloads: everyday programs in a real box
WORKLOAD_TESTS = \
	%D%/compilers.sh \
	%D%/debug.sh \
	%D%/languages.sh \
	%D%/servers.sh \
	%D%/strict.sh \
	%D%/tools.sh
EXTRA_DIST += $(WORKLOAD_TESTS) %D%/lib.sh
TESTS += $(WORKLOAD_TESTS)
