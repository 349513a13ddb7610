# SPDX-License-Identifier: ISC
# Libraries by pkg-config; all that are missing are named in one error, each
# with the package that brings it.

# The tool itself, first: without it every check would fail for the wrong
# reason.
AC_DEFUN([STOCKADE_PKG_CONFIG], [
m4_ifndef([PKG_PROG_PKG_CONFIG], [m4_fatal([pkg.m4 is missing: install ]dnl
[pkg-config (Debian: pkg-config, Fedora: pkgconf-pkg-config, Arch: pkgconf)])])
PKG_PROG_PKG_CONFIG([0.29])
AS_IF([test -z "$PKG_CONFIG"], [AC_MSG_ERROR([pkg-config is missing.
  Install it and run configure again:
    Debian: pkg-config   Fedora: pkgconf-pkg-config   Arch: pkgconf])])
stockade_missing=
])

# STOCKADE_DEP(PREFIX, MODULE, MINIMUM, DEBIAN, FEDORA, ARCH)
AC_DEFUN([STOCKADE_DEP], [
PKG_CHECK_MODULES([$1], [$2 >= $3], [:], [
	stockade_missing="$stockade_missing
    $2 >= $3   Debian: $4   Fedora: $5   Arch: $6"
])])

# Ends configure if any STOCKADE_DEP was not met.
AC_DEFUN([STOCKADE_DEPS_DONE], [
AS_IF([test -n "$stockade_missing"], [AC_MSG_ERROR([these libraries are ]dnl
[missing or too old:$stockade_missing
  Install the packages named for your system and run configure again.
  On Debian and Ubuntu ./bootstrap deps does it.])])
])
