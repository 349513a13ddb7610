# The helper and pid 1 against a peer that can say anything.
peer_tests = %D%/test_peer %D%/test_inside %D%/test_ceiling_file \
	%D%/test_exec %D%/test_further %D%/test_gate %D%/test_gate_rules \
	%D%/test_leftovers %D%/test_service
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

%C%_test_exec_SOURCES = %D%/test_exec.c $(peer_sources)
%C%_test_exec_CFLAGS = $(peer_cflags)
%C%_test_exec_LDADD = $(peer_libs)
%C%_test_further_SOURCES = %D%/test_further.c $(peer_sources)
%C%_test_further_CFLAGS = $(peer_cflags)
%C%_test_further_LDADD = $(peer_libs)
check_PROGRAMS += %D%/dial
%C%_dial_SOURCES = %D%/dial.c
gate_sources = %D%/gate_peer.c %D%/gate_peer.h $(peer_sources)
%C%_test_gate_SOURCES = %D%/test_gate.c %D%/gate_host.c %D%/gate_host.h \
	$(gate_sources)
%C%_test_gate_CFLAGS = $(peer_cflags)
%C%_test_gate_LDADD = $(peer_libs)
%C%_test_gate_rules_SOURCES = %D%/test_gate_rules.c $(gate_sources)
%C%_test_gate_rules_CFLAGS = $(peer_cflags)
%C%_test_gate_rules_LDADD = $(peer_libs)
%C%_test_leftovers_SOURCES = %D%/test_leftovers.c $(peer_sources)
%C%_test_leftovers_CFLAGS = $(peer_cflags)
%C%_test_leftovers_LDADD = $(peer_libs)

# The helper again, with a ceiling where a test may put one.
ceiling_file = $(abs_top_builddir)/%D%/ceiling.policy
ceiling_cppflags = $(AM_CPPFLAGS) -DCEILING_FILE='"$(ceiling_file)"' \
	-DCEILING_DIR='"$(ceiling_file).d"' -DSERVICE_DIR='"$(ceiling_file).run"'
check_PROGRAMS += %D%/jail-ceiling
CLEANFILES += %D%/ceiling.policy
%C%_jail_ceiling_SOURCES = jail/main.c
%C%_jail_ceiling_CPPFLAGS = $(ceiling_cppflags)
%C%_jail_ceiling_LDADD = $(stockade_jail_LDADD)

# And one for the service: its own ceiling, and where places are taken.
service_dir = $(abs_top_builddir)/%D%/service.d
check_PROGRAMS += %D%/jail-service
%C%_jail_service_SOURCES = jail/main.c
%C%_jail_service_CPPFLAGS = $(AM_CPPFLAGS) \
	-DCEILING_FILE='"$(service_dir)/ceiling.policy"' \
	-DCEILING_DIR='"$(service_dir)/ceiling.d"' \
	-DSERVICE_DIR='"$(service_dir)"'
%C%_jail_service_LDFLAGS = $(stockade_jail_LDFLAGS)
%C%_jail_service_LDADD = $(stockade_jail_LDADD)

stranger_dir = $(abs_top_builddir)/%D%/stranger.d
stranger_cppflags = $(AM_CPPFLAGS) \
	-DCEILING_FILE='"$(stranger_dir)/ceiling.policy"' \
	-DCEILING_DIR='"$(stranger_dir)/ceiling.d"' \
	-DSERVICE_DIR='"$(stranger_dir)"'
check_PROGRAMS += %D%/jail-stranger
%C%_jail_stranger_SOURCES = jail/main.c
%C%_jail_stranger_CPPFLAGS = $(stranger_cppflags)
%C%_jail_stranger_LDFLAGS = $(stockade_jail_LDFLAGS)
%C%_jail_stranger_LDADD = $(stockade_jail_LDADD)
%C%_test_service_SOURCES = %D%/test_service.c $(peer_sources)
%C%_test_service_CPPFLAGS = $(stranger_cppflags)
%C%_test_service_CFLAGS = $(peer_cflags)
%C%_test_service_LDADD = $(peer_libs)

%C%_test_ceiling_file_SOURCES = %D%/test_ceiling_file.c $(peer_sources)
%C%_test_ceiling_file_CPPFLAGS = $(ceiling_cppflags)
%C%_test_ceiling_file_CFLAGS = $(peer_cflags)
%C%_test_ceiling_file_LDADD = $(peer_libs)
EXTRA_DIST += %D%/service_lib.sh
CLEANFILES += %D%/service.lock

# Many boxes; driven by churn.sh.
check_PROGRAMS += %D%/churn
%C%_churn_SOURCES = %D%/churn.c
%C%_churn_LDADD = src/box/libbox.a jail/libwire.a policy/libpolicy.a
