# unit tests of agent, and of the command line's options
agent_unit_tests = \
	%D%/test_diff \
	%D%/test_options \
	%D%/test_truncate
check_PROGRAMS += $(agent_unit_tests)
TESTS += $(agent_unit_tests)
agent_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
agent_unit_libs = src/agent/libagent.a src/cli/libcli.a \
	policy/libpolicy.a jail/libwire.a $(CMOCKA_LIBS) $(JSON_LIBS)

%C%_test_diff_SOURCES = %D%/test_diff.c
%C%_test_diff_CFLAGS = $(agent_unit_cflags)
%C%_test_diff_LDADD = $(agent_unit_libs)

%C%_test_options_SOURCES = %D%/test_options.c
%C%_test_options_CFLAGS = $(agent_unit_cflags)
%C%_test_options_LDADD = $(agent_unit_libs)

%C%_test_truncate_SOURCES = %D%/test_truncate.c
%C%_test_truncate_CFLAGS = $(agent_unit_cflags)
%C%_test_truncate_LDADD = $(agent_unit_libs)
