# What may be asked for: pure functions over plain structs.
policy_sources = \
	%D%/address.c %D%/address.h \
	%D%/address_class.c \
	%D%/ceiling.c \
	%D%/command.c %D%/command.h \
	%D%/command_list.c \
	%D%/command_look.c \
	%D%/command_parts.h \
	%D%/command_place.c \
	%D%/command_rule.c %D%/command_rule.h \
	%D%/command_rules.c \
	%D%/command_text.c \
	%D%/command_words.c \
	%D%/destination.c %D%/destination.h \
	%D%/edits.c %D%/edits.h \
	%D%/egress.c %D%/egress.h \
	%D%/expect.c \
	%D%/expect_command.c \
	%D%/hostname.c %D%/hostname.h \
	%D%/nearest.c %D%/nearest.h \
	%D%/paths.c %D%/paths.h \
	%D%/policy.c %D%/policy.h \
	%D%/protected.c %D%/protected.h \
	%D%/scan.c %D%/scan.h \
	%D%/service.c \
	%D%/setting.c \
	%D%/shell.c %D%/shell.h \
	%D%/shell_compound.c \
	%D%/shell_expand.c \
	%D%/shell_parts.h \
	%D%/shell_redir.c \
	%D%/shell_word.c \
	%D%/spec.c %D%/spec.h \
	%D%/statement.c %D%/statement.h \
	%D%/statement_edit.c \
	%D%/statement_tests.c \
	%D%/statement_command.c \
	%D%/statement_model.c \
	%D%/statement_net.c \
	%D%/statement_redact.c \
	%D%/reason.c %D%/reason.h \
	%D%/rule.c \
	%D%/refused.c \
	%D%/syscalls.c %D%/syscalls.h \
	%D%/text.c \
	%D%/words.c %D%/words.h

noinst_LIBRARIES += %D%/libpolicy.a
%C%_libpolicy_a_SOURCES = $(policy_sources)

# The shipped list of commands is built in as it is written.
EXTRA_DIST += %D%/commands.awk
nodist_%C%_libpolicy_a_SOURCES = %D%/commands.h
BUILT_SOURCES += %D%/commands.h
CLEANFILES += %D%/commands.h
%D%/commands.h: %D%/commands.awk %D%/profiles/commands.policy
	$(AM_V_GEN)$(MKDIR_P) %D% && \
		$(AWK) -f $(srcdir)/%D%/commands.awk \
		$(srcdir)/%D%/profiles/commands.policy >$@.tmp && mv $@.tmp $@
%D%/command_list.$(OBJEXT): %D%/commands.h

# The shipped policies: what the defaults are, and how a ceiling looks.
policyprofilesdir = $(pkgdatadir)/profiles
dist_policyprofiles_DATA = \
	%D%/profiles/ceiling.policy \
	%D%/profiles/commands.policy \
	%D%/profiles/default.policy
