# unit tests of stockade bench
trial_unit_tests = %D%/test_trial_stats
check_PROGRAMS += $(trial_unit_tests)
TESTS += $(trial_unit_tests)

%C%_test_trial_stats_SOURCES = %D%/test_trial_stats.c
%C%_test_trial_stats_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
%C%_test_trial_stats_LDADD = src/trial/libtrial.a src/agent/libtext.a \
	jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS) $(JSON_LIBS) $(MD_LIBS)
