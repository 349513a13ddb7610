# src/egress: what the network's rules are made of, beside the policy
noinst_LIBRARIES += %D%/libpresets.a
%C%_libpresets_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DPRESETS_DIR='"$(sysconfdir)/stockade/presets"'
%C%_libpresets_a_SOURCES = \
	%D%/hostfile.c %D%/hostfile.h \
	%D%/include.c %D%/include.h \
	%D%/preset.c %D%/preset.h \
	%D%/preset_apt.c \
	%D%/preset_cargo.c \
	%D%/preset_git.c \
	%D%/preset_go.c \
	%D%/preset_model.c \
	%D%/preset_npm.c \
	%D%/preset_pip.c
