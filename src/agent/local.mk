# src/agent: the loop, its tools
# What rooms without a model or a sandbox share with it.
noinst_LIBRARIES += %D%/libtext.a
%C%_libtext_a_SOURCES = \
	%D%/clean.c %D%/clean.h \
	%D%/text.c %D%/text.h

noinst_LIBRARIES += %D%/libagent.a
%C%_libagent_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libagent_a_SOURCES = \
	%D%/act.c \
	%D%/approve.c %D%/approve.h \
	%D%/approve_ask.c \
	%D%/approve_begin.c \
	%D%/approve_call.c \
	%D%/approve_keep.c \
	%D%/approve_write.c \
	%D%/budget.c %D%/budget.h \
	%D%/changes.c \
	%D%/checkpoints.c %D%/checkpoints.h \
	%D%/choice.c %D%/choice.h \
	%D%/command.c %D%/command.h \
	%D%/compact.c %D%/compact.h %D%/compact_sum.c \
	%D%/config.c %D%/config.h \
	%D%/diff.c %D%/diff.h \
	%D%/edit.c %D%/edit.h \
	%D%/events.c %D%/events.h \
	%D%/exit.c %D%/exit.h \
	%D%/fence.c %D%/fence.h \
	%D%/fenced.c \
	%D%/files.c %D%/files.h \
	%D%/gitfacts.c %D%/gitfacts.h \
	%D%/guard.c %D%/guard.h \
	%D%/ignore.c %D%/ignore.h \
	%D%/guide.c %D%/guide.h \
	%D%/interactive.c %D%/interactive.h \
	%D%/interactive_command.c %D%/interactive_load.c %D%/interactive_screen.c %D%/interactive_undo.c \
	%D%/loop.c %D%/loop.h %D%/run.h \
	%D%/myers.c %D%/myers.h \
	%D%/near.c %D%/near.h \
	%D%/patch.c %D%/patch.h \
	%D%/patch_apply.c \
	%D%/patch_begun.c \
	%D%/patch_unified.c \
	%D%/net.c \
	%D%/oracle.c \
	%D%/outflow.c %D%/outflow.h \
	%D%/plan.c %D%/plan.h \
	%D%/prompt.c %D%/prompt.h \
	%D%/resume.c %D%/resume.h \
	%D%/redact.c %D%/redact.h \
	%D%/redact_forms.c %D%/redact_forms.h \
	%D%/round.c \
	%D%/show.c %D%/show.h \
	%D%/since.c %D%/since.h \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/summary.c \
	%D%/testlog.c %D%/testlog.h %D%/testlog_parts.h \
	%D%/testlog_trace.c \
	%D%/testlog_xml.c \
	%D%/tool.h %D%/tool_args.c %D%/tool_background.c %D%/tool_bash.c %D%/tool_files.c \
	%D%/tool_list.c %D%/tool_patch.c %D%/tool_plan.c %D%/tool_search.c %D%/tool_tests.c %D%/tools.c \
	%D%/turn.c \
	%D%/truncate.c %D%/truncate.h \
	%D%/walk.c %D%/walk.h \
	%D%/weaken.c %D%/weaken.h \
	%D%/weigh.c %D%/weigh.h

# At the top of the build tree, beside the programs that look for it there.
pkglibexec_PROGRAMS += stockade-agent
stockade_agent_SOURCES = %D%/main.c
stockade_agent_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
stockade_agent_LDADD = %D%/libagent.a src/term/libterm.a src/keep/libkeep.a src/session/libsession.a %D%/libtext.a src/doctor/libdoctor.a src/cli/libcli.a src/egress/libegresslog.a src/egress/libpresets.a src/otel/libotel.a src/model/libmodel.a %D%/libtext.a \
	src/box/libbox.a jail/libwire.a policy/libpolicy.a \
	$(CURL_LIBS) $(JSON_LIBS) $(MD_LIBS) -lm
