# contrib: what is shipped beside the programs
EXTRA_DIST += \
	.ci/run \
	.clang-format \
	.editorconfig \
	HACKING \
	README \
	SECURITY \
	NEWS \
	bootstrap \
	%D%/demo
