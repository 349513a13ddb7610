# src/keep: what a workspace was, kept outside of it, and brought back
noinst_LIBRARIES += %D%/libkeep.a
%C%_libkeep_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libkeep_a_SOURCES = \
	%D%/audit.c %D%/audit.h \
	%D%/audit_command.c \
	%D%/checkpoint.c %D%/checkpoint.h \
	%D%/keeper.c %D%/keeper.h \
	%D%/plan.c %D%/plan.h \
	%D%/prune.c %D%/prune.h \
	%D%/session.c %D%/session.h \
	%D%/store.c %D%/store.h \
	%D%/tree.c %D%/tree.h \
	%D%/undo.c %D%/undo.h \
	%D%/undo_command.c

# Runs inside a sandbox of its own.
pkglibexec_PROGRAMS += stockade-keeper
stockade_keeper_SOURCES = %D%/inside/main.c %D%/inside/ops.h
stockade_keeper_LDFLAGS = $(AM_LDFLAGS) $(HELPER_LDFLAGS)
