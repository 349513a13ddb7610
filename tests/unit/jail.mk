# unit tests of jail
check_PROGRAMS += %D%/test_err
TESTS += %D%/test_err
%C%_test_err_SOURCES = %D%/test_err.c
%C%_test_err_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_err_LDADD = jail/libwire.a $(CMOCKA_LIBS)
