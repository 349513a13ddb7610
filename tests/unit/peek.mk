# unit tests of what the broker reads: names, and what is inside connections
check_PROGRAMS += %D%/test_dns
TESTS += %D%/test_dns
%C%_test_dns_SOURCES = %D%/test_dns.c
%C%_test_dns_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_dns_LDADD = jail/egress/libegress.a policy/libpolicy.a \
	$(CMOCKA_LIBS) -lresolv
check_PROGRAMS += %D%/test_names
TESTS += %D%/test_names
%C%_test_names_SOURCES = %D%/test_names.c
%C%_test_names_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_names_LDADD = jail/egress/libegress.a policy/libpolicy.a \
	$(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_hello
TESTS += %D%/test_hello
%C%_test_hello_SOURCES = %D%/test_hello.c
%C%_test_hello_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_hello_LDADD = jail/egress/libegress.a policy/libpolicy.a \
	$(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_head
TESTS += %D%/test_head
%C%_test_head_SOURCES = %D%/test_head.c
%C%_test_head_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_head_LDADD = jail/egress/libegress.a policy/libpolicy.a \
	$(CMOCKA_LIBS)
