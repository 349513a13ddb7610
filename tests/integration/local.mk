# tests/integration: the real helper and the real command line
INTEGRATION_TESTS = \
	%D%/leftover.sh \
	%D%/parallel.sh \
	%D%/run_errors.sh \
	%D%/run_json.sh \
	%D%/run_limits.sh \
	%D%/run_signals.sh \
	%D%/run_status.sh \
	%D%/run_stdio.sh \
	%D%/run_tty.sh
EXTRA_DIST += $(INTEGRATION_TESTS) %D%/tty_drive.py
