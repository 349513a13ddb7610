# One cmocka program a source file, listed by the room it tests.
include %D%/jail.mk
include %D%/broker.mk
include %D%/egress.mk
include %D%/peek.mk
include %D%/policy.mk
include %D%/box.mk
include %D%/keep.mk
include %D%/presets.mk
include %D%/cli.mk
include %D%/doctor.mk
if ENABLE_AGENT
include %D%/model.mk
include %D%/agent.mk
include %D%/term.mk
include %D%/trial.mk
endif

# Some of them once more, in a build of its own.
TESTS += %D%/sanitized.sh
EXTRA_DIST += %D%/sanitized.sh
