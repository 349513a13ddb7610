# The trusted base. libwire.a is what both sides of the wire link; libjail.a
# is the helper's own, but for main.
noinst_LIBRARIES += %D%/libwire.a %D%/libjail.a
%C%_libwire_a_SOURCES = \
	%D%/base/banned.h \
	%D%/base/caps.c %D%/base/caps.h \
	%D%/base/clock.c %D%/base/clock.h \
	%D%/base/err.c %D%/base/err.h \
	%D%/base/fd.c %D%/base/fd.h \
	%D%/base/landlock.c %D%/base/landlock.h \
	%D%/base/share.c %D%/base/share.h \
	%D%/base/log.c %D%/base/log.h \
	%D%/base/trim.c %D%/base/trim.h \
	%D%/base/undo.c %D%/base/undo.h \
	%D%/wire/build.h \
	%D%/wire/command.h \
	%D%/wire/check.c \
	%D%/wire/net.h \
	%D%/wire/table.c \
	%D%/wire/wire.c %D%/wire/wire.h

%C%_libjail_a_SOURCES = \
	%D%/box.c %D%/box.h \
	%D%/broker.c %D%/broker.h \
	%D%/box_command.c \
	%D%/degraded.c %D%/degraded.h \
	%D%/commands.c %D%/commands.h \
	%D%/elf.c %D%/elf.h \
	%D%/enforce.c %D%/enforce.h \
	%D%/cgroup.c %D%/cgroup.h \
	%D%/cgroup_find.c \
	%D%/cgroup_sweep.c \
	%D%/ceiling.c %D%/ceiling.h \
	%D%/cgroup_limits.c \
	%D%/cgroup_usage.c \
	%D%/etc.c %D%/etc.h \
	%D%/further.c %D%/further.h \
	%D%/gate_messages.c %D%/gate_messages.h \
	%D%/gitdirs.c %D%/gitdirs.h \
	%D%/idmap.c %D%/idmap.h \
	%D%/inside/build.c \
	%D%/inside/disk.c \
	%D%/inside/exec.c \
	%D%/inside/fds.c %D%/inside/fds.h \
	%D%/inside/files.c \
	%D%/inside/gate.c \
	%D%/inside/init.c \
	%D%/inside/ipc.c \
	%D%/inside/judge.c \
	%D%/inside/limits.c \
	%D%/inside/memory.c \
	%D%/inside/pace.c \
	%D%/inside/procfs.c %D%/inside/procfs.h \
	%D%/inside/inside.h \
	%D%/inside/reap.c \
	%D%/inside/reaper.c \
	%D%/inside/spawn.c \
	%D%/inside/strings.c \
	%D%/inside/strings.h \
	%D%/inside/told.c \
	%D%/inside/track.c %D%/inside/track.h \
	%D%/inside/usage.c \
	%D%/inside/walk.c \
	%D%/inside/watch.c %D%/inside/watch.h \
	%D%/image.c %D%/image.h \
	%D%/janitor.c %D%/janitor.h \
	%D%/keeper.c %D%/keeper.h \
	%D%/mount.c %D%/mount.h \
	%D%/mount_old.c \
	%D%/net.c %D%/net.h \
	%D%/netlink.c %D%/netlink.h \
	%D%/ns.c %D%/ns.h \
	%D%/peer_net.c \
	%D%/peer_command.c %D%/peer_turn.c \
	%D%/peer.c %D%/peer.h \
	%D%/place.c %D%/place.h \
	%D%/proc.c %D%/proc.h \
	%D%/raise.c %D%/raise.h \
	%D%/protect.c %D%/protect.h \
	%D%/rootfs.c %D%/rootfs.h \
	%D%/seccomp.c %D%/seccomp.h \
	%D%/serve.c %D%/serve.h \
	%D%/service.c %D%/service.h \
	%D%/sources.c %D%/sources.h \
	%D%/system.c %D%/system.h \
	%D%/subgid.c %D%/subgid.h
nodist_%C%_libjail_a_SOURCES = %D%/filters.h

# At the top of the build tree, beside the programs that look for it there.
pkglibexec_PROGRAMS += stockade-jail
stockade_jail_SOURCES = %D%/main.c
stockade_jail_CPPFLAGS = $(AM_CPPFLAGS) \
	-DCEILING_FILE='"$(sysconfdir)/stockade/ceiling.policy"' \
	-DCEILING_DIR='"$(sysconfdir)/stockade/ceiling.d"' \
	-DSERVICE_DIR='"$(servicedir)"'
stockade_jail_LDFLAGS = $(AM_LDFLAGS) $(HELPER_LDFLAGS)
stockade_jail_LDADD = %D%/libjail.a %D%/libwire.a policy/libpolicy.a

# The filters are compiled here, once; the helper only loads them.
noinst_PROGRAMS += %D%/filter-gen
%C%_filter_gen_SOURCES = %D%/filter-gen.c \
	%D%/filter-asm.c %D%/filter-asm.h \
	%D%/filter-rows.c %D%/filter-rows.h
%C%_filter_gen_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
%C%_filter_gen_LDADD = policy/libpolicy.a $(SECCOMP_LIBS)

BUILT_SOURCES += %D%/filters.h
CLEANFILES += %D%/filters.h
%D%/filters.h: %D%/filter-gen$(EXEEXT)
	$(AM_V_GEN)%D%/filter-gen$(EXEEXT) >$@.tmp && mv $@.tmp $@
%D%/seccomp.$(OBJEXT): %D%/filters.h

include %D%/egress/local.mk
