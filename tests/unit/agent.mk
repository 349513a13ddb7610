# unit tests of agent, and of the command line's options
agent_unit_tests = \
	%D%/test_options
check_PROGRAMS += $(agent_unit_tests)
TESTS += $(agent_unit_tests)

%C%_test_options_SOURCES = %D%/test_options.c
%C%_test_options_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_options_LDADD = src/cli/libcli.a jail/libwire.a $(CMOCKA_LIBS)
