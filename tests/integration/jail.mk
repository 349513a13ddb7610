# The helper and pid 1 against a peer that can say anything.
peer_tests = %D%/test_peer %D%/test_inside
check_PROGRAMS += $(peer_tests)
TESTS += $(peer_tests)
peer_sources = %D%/peer.c %D%/peer.h tests/unit/raw.c tests/unit/raw.h
peer_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
peer_libs = src/box/libbox.a jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)

%C%_test_peer_SOURCES = %D%/test_peer.c $(peer_sources)
%C%_test_peer_CFLAGS = $(peer_cflags)
%C%_test_peer_LDADD = $(peer_libs)
%C%_test_inside_SOURCES = %D%/test_inside.c $(peer_sources)
%C%_test_inside_CFLAGS = $(peer_cflags)
%C%_test_inside_LDADD = $(peer_libs)
