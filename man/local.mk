# man pages
dist_man_MANS += \
	%D%/stockade.1 \
	%D%/stockade-audit.1 \
	%D%/stockade-bench.1 \
	%D%/stockade-doctor.1 \
	%D%/stockade-undo.1 \
	%D%/stockade-egress.8 \
	%D%/stockade-sessions.1 \
	%D%/stockade.policy.5 \
	%D%/stockade-syscalls.7 \
	%D%/stockade-wire.7 \
	%D%/stockade-jail.8 \
	%D%/stockade-prompt.1
