# src/session: the files that sessions are kept in
noinst_LIBRARIES += %D%/libsession.a
%C%_libsession_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libsession_a_SOURCES = \
	%D%/command.c %D%/command.h \
	%D%/export.c \
	%D%/find.c %D%/find.h \
	%D%/info.c %D%/info.h \
	%D%/lines.c %D%/lines.h \
	%D%/rebuild.c %D%/rebuild.h \
	%D%/session.c %D%/session.h \
	%D%/tell.c %D%/tell.h
