# src/term: the terminal of an interactive session
noinst_LIBRARIES += %D%/libterm.a
%C%_libterm_a_SOURCES = \
	%D%/draw.c %D%/draw.h \
	%D%/editor.c %D%/editor.h \
	%D%/history.c %D%/history.h \
	%D%/keys.c %D%/keys.h \
	%D%/line.c %D%/line.h \
	%D%/markdown.c %D%/markdown.h \
	%D%/span.c %D%/span.h \
	%D%/status.c %D%/status.h \
	%D%/mode.c %D%/mode.h \
	%D%/width.c %D%/width.h \
	%D%/width_table.c
