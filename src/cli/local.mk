# src/cli: the stockade command
noinst_LIBRARIES += %D%/libcli.a
%C%_libcli_a_SOURCES = \
	%D%/options.c %D%/options.h
