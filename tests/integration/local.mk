# tests/integration: the real helper and the real command line
INTEGRATION_TESTS = \
	%D%/doctor.sh \
	%D%/doctor_service.sh \
	%D%/egress_log.sh \
	%D%/churn.sh \
	%D%/churn_gate.sh \
	%D%/completions.sh \
	%D%/inject.sh \
	%D%/inject_gate.sh \
	%D%/leftover.sh \
	%D%/leftover_gate.sh \
	%D%/old_kernel.sh \
	%D%/parallel.sh \
	%D%/policy.sh \
	%D%/scarce.sh \
	%D%/run_errors.sh \
	%D%/run_json.sh \
	%D%/run_limits.sh \
	%D%/run_signals.sh \
	%D%/run_status.sh \
	%D%/run_stdio.sh \
	%D%/run_tty.sh \
	%D%/service.sh \
	%D%/service_rights.sh \
	%D%/strict.sh \
	%D%/torture.sh \
	%D%/torture_gate.sh \
	%D%/watchdog.sh
EXTRA_DIST += $(INTEGRATION_TESTS) %D%/tty_drive.py
TESTS += $(INTEGRATION_TESTS)

# The long forms of tests that are sampled in `make check'.
TORTURE_TESTS = \
	%D%/churn.sh \
	%D%/churn_gate.sh \
	%D%/inject.sh \
	%D%/inject_gate.sh \
	%D%/old_kernel.sh \
	%D%/torture.sh \
	%D%/torture_gate.sh
.PHONY: check-torture
check-torture:
	TORTURE=full TEST_TIMEOUT=$${TEST_TIMEOUT:-14400} \
		$(MAKE) check TESTS='$(TORTURE_TESTS)'

if ENABLE_AGENT
# The model client against a scripted server of ours, tests/lib/model_server.
check_PROGRAMS += %D%/test_model_http
TESTS += %D%/test_model_http
%C%_test_model_http_SOURCES = \
	%D%/test_model_http.c \
	%D%/model_rig.c %D%/model_rig.h
%C%_test_model_http_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
%C%_test_model_http_LDADD = src/model/libmodel.a jail/libwire.a \
	$(CMOCKA_LIBS) $(JSON_LIBS) $(CURL_LIBS)

check_PROGRAMS += %D%/test_model_load
TESTS += %D%/test_model_load
%C%_test_model_load_SOURCES = \
	%D%/test_model_load.c \
	%D%/model_rig.c %D%/model_rig.h
%C%_test_model_load_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
%C%_test_model_load_LDADD = src/model/libmodel.a jail/libwire.a \
	$(CMOCKA_LIBS) $(JSON_LIBS) $(CURL_LIBS)

check_PROGRAMS += %D%/test_model_cost
TESTS += %D%/test_model_cost
%C%_test_model_cost_SOURCES = \
	%D%/test_model_cost.c \
	%D%/model_rig.c %D%/model_rig.h
%C%_test_model_cost_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
%C%_test_model_cost_LDADD = src/model/libmodel.a jail/libwire.a \
	$(CMOCKA_LIBS) $(JSON_LIBS) $(CURL_LIBS)
endif

AGENT_INTEGRATION_TESTS = \
	%D%/agent_approve.sh \
	%D%/agent_context.sh \
	%D%/agent_compact.sh \
	%D%/agent_ends.sh \
	%D%/agent_misbehaves.sh \
	%D%/agent_green.sh \
	%D%/agent_long.sh \
	%D%/agent_models.sh \
	%D%/agent_no_tools.sh \
	%D%/agent_sessions.sh \
	%D%/agent_signals.sh \
	%D%/agent_terminal.sh \
	%D%/agent_tools.sh \
	%D%/agent_valgrind.sh \
	%D%/audit.sh \
	%D%/bench_tasks.sh \
	%D%/otel.sh \
	%D%/demo.sh \
	%D%/undo.sh
EXTRA_DIST += $(AGENT_INTEGRATION_TESTS) %D%/agent_lib.sh %D%/approve_drive.py
if ENABLE_AGENT
TESTS += $(AGENT_INTEGRATION_TESTS)
endif
include %D%/egress.mk
include %D%/jail.mk
