# unit tests of jail
jail_unit_tests = \
	%D%/test_caps \
	%D%/test_cgroup \
	%D%/test_cgroup_files \
	%D%/test_enforce \
	%D%/test_degraded \
	%D%/test_err \
	%D%/test_fd \
	%D%/test_idmap \
	%D%/test_landlock \
	%D%/test_log \
	%D%/test_subgid \
	%D%/test_seccomp \
	%D%/test_syscalls \
	%D%/test_trim \
	%D%/test_undo \
	%D%/test_walk \
	%D%/test_wire
check_PROGRAMS += $(jail_unit_tests)
TESTS += $(jail_unit_tests)
jail_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
jail_unit_libs = jail/libjail.a jail/libwire.a policy/libpolicy.a \
	$(CMOCKA_LIBS)

%C%_test_caps_SOURCES = %D%/test_caps.c
%C%_test_caps_CFLAGS = $(jail_unit_cflags)
%C%_test_caps_LDADD = $(jail_unit_libs)

%C%_test_cgroup_files_SOURCES = %D%/test_cgroup_files.c
%C%_test_cgroup_files_CFLAGS = $(jail_unit_cflags)
%C%_test_cgroup_files_LDADD = $(jail_unit_libs)

%C%_test_cgroup_SOURCES = %D%/test_cgroup.c
%C%_test_cgroup_CFLAGS = $(jail_unit_cflags)
%C%_test_cgroup_LDADD = $(jail_unit_libs)

%C%_test_enforce_SOURCES = %D%/test_enforce.c
%C%_test_enforce_CFLAGS = $(jail_unit_cflags)
%C%_test_enforce_LDADD = $(jail_unit_libs)

%C%_test_subgid_SOURCES = %D%/test_subgid.c
%C%_test_subgid_CFLAGS = $(jail_unit_cflags)
%C%_test_subgid_LDADD = $(jail_unit_libs)

%C%_test_degraded_SOURCES = %D%/test_degraded.c
%C%_test_degraded_CFLAGS = $(jail_unit_cflags)
%C%_test_degraded_LDADD = $(jail_unit_libs)

%C%_test_err_SOURCES = %D%/test_err.c
%C%_test_err_CFLAGS = $(jail_unit_cflags)
%C%_test_err_LDADD = $(jail_unit_libs)

%C%_test_fd_SOURCES = %D%/test_fd.c
%C%_test_fd_CFLAGS = $(jail_unit_cflags)
%C%_test_fd_LDADD = $(jail_unit_libs)

%C%_test_idmap_SOURCES = %D%/test_idmap.c
%C%_test_idmap_CFLAGS = $(jail_unit_cflags)
%C%_test_idmap_LDADD = $(jail_unit_libs)

%C%_test_landlock_SOURCES = %D%/test_landlock.c
%C%_test_landlock_CFLAGS = $(jail_unit_cflags)
%C%_test_landlock_LDADD = $(jail_unit_libs)

%C%_test_log_SOURCES = %D%/test_log.c
%C%_test_log_CFLAGS = $(jail_unit_cflags)
%C%_test_log_LDADD = $(jail_unit_libs)

%C%_test_seccomp_SOURCES = %D%/test_seccomp.c
%C%_test_seccomp_CFLAGS = $(jail_unit_cflags)
%C%_test_seccomp_LDADD = $(jail_unit_libs)

%C%_test_syscalls_SOURCES = %D%/test_syscalls.c
%C%_test_syscalls_CFLAGS = $(jail_unit_cflags) $(SECCOMP_CFLAGS)
%C%_test_syscalls_LDADD = $(jail_unit_libs) $(SECCOMP_LIBS)

%C%_test_trim_SOURCES = %D%/test_trim.c
%C%_test_trim_CFLAGS = $(jail_unit_cflags)
%C%_test_trim_LDADD = $(jail_unit_libs)

%C%_test_undo_SOURCES = %D%/test_undo.c
%C%_test_undo_CFLAGS = $(jail_unit_cflags)
%C%_test_undo_LDADD = $(jail_unit_libs)

%C%_test_walk_SOURCES = %D%/test_walk.c
%C%_test_walk_CFLAGS = $(jail_unit_cflags)
%C%_test_walk_LDADD = $(jail_unit_libs)

%C%_test_wire_SOURCES = %D%/test_wire.c %D%/raw.c %D%/raw.h
%C%_test_wire_CFLAGS = $(jail_unit_cflags)
%C%_test_wire_LDADD = $(jail_unit_libs)

check_PROGRAMS += %D%/test_filter
TESTS += %D%/test_filter
%C%_test_filter_SOURCES = %D%/test_filter.c
%C%_test_filter_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(SECCOMP_CFLAGS)
%C%_test_filter_LDADD = policy/libpolicy.a $(CMOCKA_LIBS) $(SECCOMP_LIBS)
check_PROGRAMS += %D%/test_gitdirs
TESTS += %D%/test_gitdirs
%C%_test_gitdirs_SOURCES = %D%/test_gitdirs.c
%C%_test_gitdirs_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_gitdirs_LDADD = jail/libjail.a jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_place
TESTS += %D%/test_place
%C%_test_place_SOURCES = %D%/test_place.c
%C%_test_place_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_place_LDADD = jail/libjail.a jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_elf
TESTS += %D%/test_elf
%C%_test_elf_SOURCES = %D%/test_elf.c
%C%_test_elf_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_elf_LDADD = jail/libjail.a jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_netlink
TESTS += %D%/test_netlink
%C%_test_netlink_SOURCES = %D%/test_netlink.c
%C%_test_netlink_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(NL_CFLAGS)
%C%_test_netlink_LDADD = $(jail_unit_libs) $(NL_LIBS)
