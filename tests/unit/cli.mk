# unit tests of the command line
cli_unit_tests = \
	%D%/test_always \
	%D%/test_ask_person \
	%D%/test_policy_file \
	%D%/test_report \
	%D%/test_signals \
	%D%/test_stdio
check_PROGRAMS += $(cli_unit_tests)
TESTS += $(cli_unit_tests)
cli_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
cli_unit_libs = src/cli/libcli.a src/egress/libegresslog.a src/egress/libpresets.a src/box/libbox.a policy/libpolicy.a jail/libwire.a \
	$(CMOCKA_LIBS) $(JSON_LIBS)

%C%_test_always_SOURCES = %D%/test_always.c
%C%_test_always_CFLAGS = $(cli_unit_cflags)
%C%_test_always_LDADD = $(cli_unit_libs)

%C%_test_ask_person_SOURCES = %D%/test_ask_person.c
%C%_test_ask_person_CFLAGS = $(cli_unit_cflags)
%C%_test_ask_person_LDADD = $(cli_unit_libs)

%C%_test_policy_file_SOURCES = %D%/test_policy_file.c
%C%_test_policy_file_CFLAGS = $(cli_unit_cflags)
%C%_test_policy_file_LDADD = $(cli_unit_libs)

%C%_test_report_SOURCES = %D%/test_report.c
%C%_test_report_CFLAGS = $(cli_unit_cflags)
%C%_test_report_LDADD = $(cli_unit_libs)

%C%_test_signals_SOURCES = %D%/test_signals.c
%C%_test_signals_CFLAGS = $(cli_unit_cflags)
%C%_test_signals_LDADD = $(cli_unit_libs)

%C%_test_stdio_SOURCES = %D%/test_stdio.c
%C%_test_stdio_CFLAGS = $(cli_unit_cflags)
%C%_test_stdio_LDADD = src/cli/libcli.a src/egress/libegresslog.a src/egress/libpresets.a src/box/libbox.a policy/libpolicy.a \
	jail/libwire.a $(CMOCKA_LIBS)
