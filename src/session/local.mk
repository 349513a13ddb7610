# src/session: the files that sessions are kept in
noinst_LIBRARIES += %D%/libsession.a
%C%_libsession_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libsession_a_SOURCES = \
	%D%/session.c %D%/session.h
