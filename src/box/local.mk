# src/box: the client of the wire
noinst_LIBRARIES += %D%/libbox.a
%C%_libbox_a_SOURCES = \
	%D%/args.c %D%/args.h \
	%D%/background.c %D%/background.h \
	%D%/box.c %D%/box.h \
	%D%/capture.c %D%/capture.h \
	%D%/egress.c %D%/egress.h \
	%D%/edge.c %D%/edge.h \
	%D%/meter.c %D%/meter.h \
	%D%/notes.c %D%/notes.h \
	%D%/pipe.c %D%/pipe.h \
	%D%/publish.c %D%/publish.h \
	%D%/result.c %D%/result.h \
	%D%/sibling.c %D%/sibling.h \
	%D%/service.c %D%/service.h \
	%D%/spool.c %D%/spool.h \
	%D%/state.c %D%/state.h \
	%D%/talk.c %D%/talk.h \
	%D%/tell.c %D%/tell.h \
	%D%/way_in.c %D%/way_in.h
%C%_libbox_a_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBEXECDIR='"$(pkglibexecdir)"' \
	-DSERVICE_DIR='"$(servicedir)"'
