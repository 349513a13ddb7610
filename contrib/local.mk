# contrib: what is shipped beside the programs
EXTRA_DIST += \
	.ci/run \
	.clang-format \
	.editorconfig \
	HACKING \
	README \
	SECURITY \
	NEWS \
	bootstrap

# Prices of models, dated; a user's own file goes over it.
dist_pkgdata_DATA = %D%/prices.json

# The demo; its transcript is recorded by record.sh.
EXTRA_DIST += \
	%D%/demo/README \
	%D%/demo/answers.jsonl \
	%D%/demo/common.sh \
	%D%/demo/project/README.md \
	%D%/demo/project/shop.csv \
	%D%/demo/project/tests/test_cart.py \
	%D%/demo/project/tests/test_catalog.py \
	%D%/demo/project/tests/test_invoice.py \
	%D%/demo/project/tests/test_money.py \
	%D%/demo/project/till/__init__.py \
	%D%/demo/project/till/__main__.py \
	%D%/demo/project/till/cart.py \
	%D%/demo/project/till/catalog.py \
	%D%/demo/project/till/invoice.py \
	%D%/demo/project/till/money.py \
	%D%/demo/record.sh \
	%D%/demo/run.sh \
	%D%/demo/task.txt \
	%D%/demo/transcript.jsonl

# Completions: what they offer they ask of the program.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_zshcompletion_DATA = %D%/completions/_stockade
dist_fishcompletion_DATA = %D%/completions/stockade.fish
EXTRA_DIST += %D%/completions/stockade.bash

# The service, for systemd.
systemdunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
apparmordir = $(sysconfdir)/apparmor.d
nodist_apparmor_DATA = %D%/apparmor/stockade
dist_systemdunit_DATA = %D%/systemd/stockade.socket
nodist_systemdunit_DATA = %D%/systemd/stockade@.service
EXTRA_DIST += \
	%D%/systemd/stockade@.service.in \
	%D%/apparmor/stockade.in \
	%D%/systemd/stockade.sysusers \
	%D%/systemd/stockade.tmpfiles
CLEANFILES += %D%/systemd/stockade@.service %D%/apparmor/stockade
%D%/apparmor/stockade: %D%/apparmor/stockade.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/apparmor && \
		sed 's|@pkglibexecdir@|$(pkglibexecdir)|' \
		'$(srcdir)/%D%/apparmor/stockade.in' >'$@'
%D%/systemd/stockade@.service: %D%/systemd/stockade@.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/systemd && \
		sed 's|@pkglibexecdir@|$(pkglibexecdir)|' \
		'$(srcdir)/%D%/systemd/stockade@.service.in' >'$@'
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) '$(srcdir)/%D%/completions/stockade.bash' \
		'$(DESTDIR)$(bashcompletiondir)/stockade'
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)'
	$(INSTALL_DATA) '$(srcdir)/%D%/systemd/stockade.sysusers' \
		'$(DESTDIR)$(sysusersdir)/stockade.conf'
	$(MKDIR_P) '$(DESTDIR)$(tmpfilesdir)'
	$(INSTALL_DATA) '$(srcdir)/%D%/systemd/stockade.tmpfiles' \
		'$(DESTDIR)$(tmpfilesdir)/stockade.conf'
uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/stockade'
	rm -f '$(DESTDIR)$(sysusersdir)/stockade.conf' \
		'$(DESTDIR)$(tmpfilesdir)/stockade.conf'

# Packages. The tree of a package is made from what `make dist' makes.
EXTRA_DIST += \
	%D%/debian/changelog \
	%D%/debian/control \
	%D%/debian/copyright \
	%D%/debian/rules \
	%D%/debian/source/format \
	%D%/debian/stockade.docs \
	%D%/debian/stockade.lintian-overrides \
	%D%/debian/stockade.postrm \
	%D%/rpm/stockade.spec
.PHONY: deb
deb: dist
	rm -rf deb && $(MKDIR_P) deb
	cp $(distdir).tar.xz deb/$(PACKAGE)_$(VERSION).orig.tar.xz
	cd deb && tar -xf $(PACKAGE)_$(VERSION).orig.tar.xz && \
		cp -r $(distdir)/contrib/debian $(distdir)/debian && \
		cd $(distdir) && dpkg-buildpackage -us -uc -b
clean-local: clean-deb
.PHONY: clean-deb
clean-deb:
	rm -rf deb
