# tests/isolation: properties of the box; PROPERTIES lists them
ISOLATION_TESTS = \
	%D%/bounds.sh \
	%D%/commands.sh \
	%D%/devices.sh \
	%D%/executable.sh \
	%D%/groups.sh \
	%D%/host_files.sh \
	%D%/inheritance.sh \
	%D%/kernel_fs.sh \
	%D%/landlock.sh \
	%D%/leftovers.sh \
	%D%/machine.sh \
	%D%/mounts.sh \
	%D%/namespaces.sh \
	%D%/network.sh \
	%D%/others.sh \
	%D%/ownership.sh \
	%D%/pid1.sh \
	%D%/privileges.sh \
	%D%/proc.sh \
	%D%/protect.sh \
	%D%/proc_modes.sh \
	%D%/root.sh \
	%D%/session.sh \
	%D%/sockets.sh \
	%D%/stdin_file.sh \
	%D%/symlinks.sh \
	%D%/syscalls.sh \
	%D%/terminals.sh \
	%D%/tracing.sh \
	%D%/writes.sh
EXTRA_DIST += $(ISOLATION_TESTS) %D%/PROPERTIES %D%/agent_files.sh
TESTS += $(ISOLATION_TESTS)
if ENABLE_AGENT
TESTS += %D%/agent_files.sh
endif
