# unit tests of agent, and of the command line's options
agent_unit_tests = \
	%D%/test_approve \
	%D%/test_approve_ask \
	%D%/test_approve_keep \
	%D%/test_budget \
	%D%/test_choice \
	%D%/test_outflow \
	%D%/test_compact \
	%D%/test_config \
	%D%/test_diff \
	%D%/test_edit \
	%D%/test_events \
	%D%/test_exit \
	%D%/test_find \
	%D%/test_ignore \
	%D%/test_guide \
	%D%/test_fence \
	%D%/test_loop \
	%D%/test_options \
	%D%/test_patch \
	%D%/test_prompt \
	%D%/test_rebuild \
	%D%/test_round \
	%D%/test_redact \
	%D%/test_session \
	%D%/test_show \
	%D%/test_since \
	%D%/test_snapshot \
	%D%/test_testlog \
	%D%/test_tools \
	%D%/test_truncate \
	%D%/test_weigh \
	%D%/test_weaken
check_PROGRAMS += $(agent_unit_tests)
TESTS += $(agent_unit_tests)
agent_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
agent_unit_libs = src/agent/libagent.a src/model/libmodel.a src/session/libsession.a src/agent/libtext.a src/cli/libcli.a src/egress/libegresslog.a src/egress/libpresets.a src/box/libbox.a \
	policy/libpolicy.a jail/libwire.a $(CMOCKA_LIBS) $(JSON_LIBS) -lm

%C%_test_budget_SOURCES = %D%/test_budget.c
%C%_test_budget_CFLAGS = $(agent_unit_cflags)
%C%_test_budget_LDADD = $(agent_unit_libs)

%C%_test_config_SOURCES = %D%/test_config.c
%C%_test_config_CFLAGS = $(agent_unit_cflags)
%C%_test_config_LDADD = $(agent_unit_libs)

%C%_test_diff_SOURCES = %D%/test_diff.c
%C%_test_diff_CFLAGS = $(agent_unit_cflags)
%C%_test_diff_LDADD = $(agent_unit_libs)

%C%_test_edit_SOURCES = %D%/test_edit.c
%C%_test_edit_CFLAGS = $(agent_unit_cflags)
%C%_test_edit_LDADD = $(agent_unit_libs)

%C%_test_ignore_SOURCES = %D%/test_ignore.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_ignore_CFLAGS = $(agent_unit_cflags)
%C%_test_ignore_LDADD = $(agent_unit_libs)

%C%_test_guide_SOURCES = %D%/test_guide.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_guide_CFLAGS = $(agent_unit_cflags)
%C%_test_guide_LDADD = $(agent_unit_libs)

%C%_test_outflow_SOURCES = %D%/test_outflow.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_outflow_CFLAGS = $(agent_unit_cflags)
%C%_test_outflow_LDADD = $(agent_unit_libs)
%C%_test_fence_SOURCES = %D%/test_fence.c
%C%_test_fence_CFLAGS = $(agent_unit_cflags)
%C%_test_fence_LDADD = $(agent_unit_libs)

%C%_test_loop_SOURCES = %D%/test_loop.c \
	%D%/fake_box.c %D%/fake_box.h %D%/fake_run.c %D%/fake_run.h
%C%_test_loop_CFLAGS = $(agent_unit_cflags)
%C%_test_loop_LDADD = $(agent_unit_libs)

%C%_test_round_SOURCES = %D%/test_round.c \
	%D%/fake_box.c %D%/fake_box.h %D%/fake_run.c %D%/fake_run.h
%C%_test_round_CFLAGS = $(agent_unit_cflags)
%C%_test_round_LDADD = $(agent_unit_libs)

%C%_test_options_SOURCES = %D%/test_options.c
%C%_test_options_CFLAGS = $(agent_unit_cflags)
%C%_test_options_LDADD = $(agent_unit_libs)

%C%_test_patch_SOURCES = %D%/test_patch.c
%C%_test_patch_CFLAGS = $(agent_unit_cflags)
%C%_test_patch_LDADD = $(agent_unit_libs)

%C%_test_redact_SOURCES = %D%/test_redact.c
%C%_test_redact_CFLAGS = $(agent_unit_cflags)
%C%_test_redact_LDADD = $(agent_unit_libs)

%C%_test_session_SOURCES = %D%/test_session.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_session_CFLAGS = $(agent_unit_cflags)
%C%_test_session_LDADD = $(agent_unit_libs)

%C%_test_snapshot_SOURCES = %D%/test_snapshot.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_snapshot_CFLAGS = $(agent_unit_cflags)
%C%_test_snapshot_LDADD = $(agent_unit_libs)

%C%_test_testlog_SOURCES = %D%/test_testlog.c
%C%_test_testlog_CFLAGS = $(agent_unit_cflags)
%C%_test_testlog_LDADD = $(agent_unit_libs)

%C%_test_weaken_SOURCES = %D%/test_weaken.c
%C%_test_weaken_CFLAGS = $(agent_unit_cflags)
%C%_test_weaken_LDADD = $(agent_unit_libs)

%C%_test_tools_SOURCES = %D%/test_tools.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_tools_CFLAGS = $(agent_unit_cflags)
%C%_test_tools_LDADD = $(agent_unit_libs)

%C%_test_truncate_SOURCES = %D%/test_truncate.c
%C%_test_truncate_CFLAGS = $(agent_unit_cflags)
%C%_test_truncate_LDADD = $(agent_unit_libs)

%C%_test_events_SOURCES = %D%/test_events.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_events_CFLAGS = $(agent_unit_cflags)
%C%_test_events_LDADD = $(agent_unit_libs)

%C%_test_exit_SOURCES = %D%/test_exit.c
%C%_test_exit_CFLAGS = $(agent_unit_cflags)
%C%_test_exit_LDADD = $(agent_unit_libs)

%C%_test_prompt_SOURCES = %D%/test_prompt.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_prompt_CFLAGS = $(agent_unit_cflags)
%C%_test_prompt_LDADD = $(agent_unit_libs)

%C%_test_show_SOURCES = %D%/test_show.c
%C%_test_show_CFLAGS = $(agent_unit_cflags)
%C%_test_show_LDADD = $(agent_unit_libs)

%C%_test_find_SOURCES = %D%/test_find.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_find_CFLAGS = $(agent_unit_cflags)
%C%_test_find_LDADD = $(agent_unit_libs)

%C%_test_rebuild_SOURCES = %D%/test_rebuild.c
%C%_test_rebuild_CFLAGS = $(agent_unit_cflags)
%C%_test_rebuild_LDADD = $(agent_unit_libs)
%C%_test_choice_SOURCES = %D%/test_choice.c
%C%_test_choice_CFLAGS = $(agent_unit_cflags)
%C%_test_choice_LDADD = $(agent_unit_libs)

%C%_test_compact_SOURCES = %D%/test_compact.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_compact_CFLAGS = $(agent_unit_cflags)
%C%_test_compact_LDADD = $(agent_unit_libs)

%C%_test_approve_SOURCES = %D%/test_approve.c \
	%D%/fake_box.c %D%/fake_box.h %D%/fake_run.c %D%/fake_run.h
%C%_test_approve_CFLAGS = $(agent_unit_cflags)
%C%_test_approve_LDADD = $(agent_unit_libs)

%C%_test_approve_ask_SOURCES = %D%/test_approve_ask.c
%C%_test_approve_ask_CFLAGS = $(agent_unit_cflags)
%C%_test_approve_ask_LDADD = $(agent_unit_libs)

%C%_test_approve_keep_SOURCES = %D%/test_approve_keep.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_approve_keep_CFLAGS = $(agent_unit_cflags)
%C%_test_approve_keep_LDADD = $(agent_unit_libs)

%C%_test_weigh_SOURCES = %D%/test_weigh.c
%C%_test_weigh_CFLAGS = $(agent_unit_cflags)
%C%_test_weigh_LDADD = $(agent_unit_libs)

%C%_test_since_SOURCES = %D%/test_since.c \
	%D%/fake_box.c %D%/fake_box.h
%C%_test_since_CFLAGS = $(agent_unit_cflags)
%C%_test_since_LDADD = $(agent_unit_libs)
