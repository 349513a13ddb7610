# The broker, with a test in the place of helper, agent and internet.
broker_tests = %D%/test_broker %D%/test_broker_faults
check_PROGRAMS += $(broker_tests)
TESTS += $(broker_tests)
broker_rig = %D%/broker_rig.c %D%/broker_rig.h
%C%_test_broker_SOURCES = %D%/test_broker.c $(broker_rig)
%C%_test_broker_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_broker_LDADD = jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)
%C%_test_broker_faults_SOURCES = %D%/test_broker_faults.c $(broker_rig)
%C%_test_broker_faults_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_broker_faults_LDADD = jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)
