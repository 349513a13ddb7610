# unit tests of the broker's process
broker_unit_tests = \
	%D%/test_confine \
	%D%/test_dial \
	%D%/test_gate_policy \
	%D%/test_inspect \
	%D%/test_own \
	%D%/test_quota
check_PROGRAMS += $(broker_unit_tests)
TESTS += $(broker_unit_tests)
broker_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
broker_unit_libs = jail/egress/libegress.a jail/libwire.a \
	policy/libpolicy.a $(CMOCKA_LIBS)

%C%_test_confine_SOURCES = %D%/test_confine.c
%C%_test_confine_CFLAGS = $(broker_unit_cflags)
%C%_test_confine_LDADD = $(broker_unit_libs) $(MD_LIBS) $(SECCOMP_LIBS)

%C%_test_dial_SOURCES = %D%/test_dial.c
%C%_test_dial_CFLAGS = $(broker_unit_cflags)
%C%_test_dial_LDADD = $(broker_unit_libs)

%C%_test_gate_policy_SOURCES = %D%/test_gate_policy.c
%C%_test_gate_policy_CFLAGS = $(broker_unit_cflags)
%C%_test_gate_policy_LDADD = $(broker_unit_libs) $(MD_LIBS) $(SECCOMP_LIBS)

%C%_test_inspect_SOURCES = %D%/test_inspect.c
%C%_test_inspect_CFLAGS = $(broker_unit_cflags)
%C%_test_inspect_LDADD = $(broker_unit_libs)

%C%_test_own_SOURCES = %D%/test_own.c
%C%_test_own_CFLAGS = $(broker_unit_cflags)
%C%_test_own_LDADD = $(broker_unit_libs)

%C%_test_quota_SOURCES = %D%/test_quota.c
%C%_test_quota_CFLAGS = $(broker_unit_cflags)
%C%_test_quota_LDADD = $(broker_unit_libs)
