# SPDX-License-Identifier: ISC
# Compiler and linker flags, each tried before it is used, so that gcc and
# clang of any age get all they know and nothing else.

# STOCKADE_CFLAG(VARIABLE, FLAG...): appends each flag that compiles without a
# warning.
AC_DEFUN([STOCKADE_CFLAG], [
m4_foreach_w([stockade_f], [$2], [
AS_VAR_PUSHDEF([cv], [stockade_cv_cflag_[]stockade_f])dnl
AC_CACHE_CHECK([whether $CC takes stockade_f], [cv], [
	stockade_save=$CFLAGS
	CFLAGS="$CFLAGS -Werror stockade_f"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [return 0;])],
	    [AS_VAR_SET([cv], [yes])], [AS_VAR_SET([cv], [no])])
	CFLAGS=$stockade_save
])
AS_VAR_IF([cv], [yes], [$1="$$1 stockade_f"])
AS_VAR_POPDEF([cv])dnl
])])

# STOCKADE_LDFLAG(VARIABLE, FLAG...): the same for the linker, which only
# warns of what it does not know.
AC_DEFUN([STOCKADE_LDFLAG], [
m4_foreach_w([stockade_f], [$2], [
AS_VAR_PUSHDEF([cv], [stockade_cv_ldflag_[]stockade_f])dnl
AC_CACHE_CHECK([whether the linker takes stockade_f], [cv], [
	stockade_save=$LDFLAGS
	LDFLAGS="$LDFLAGS -Werror -Wl,--fatal-warnings stockade_f"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([], [return 0;])],
	    [AS_VAR_SET([cv], [yes])], [AS_VAR_SET([cv], [no])])
	LDFLAGS=$stockade_save
])
AS_VAR_IF([cv], [yes], [$1="$$1 stockade_f"])
AS_VAR_POPDEF([cv])dnl
])])

# STOCKADE_FORTIFY(VARIABLE): the highest level of _FORTIFY_SOURCE that is in
# force, which needs an optimising compiler; nothing if there is none.
AC_DEFUN([STOCKADE_FORTIFY], [
AC_CACHE_CHECK([for the level of _FORTIFY_SOURCE], [stockade_cv_fortify], [
	stockade_cv_fortify=none
	stockade_save=$CFLAGS
	for stockade_l in 3 2; do
		CFLAGS="$stockade_save -Werror -U_FORTIFY_SOURCE"
		CFLAGS="$CFLAGS -D_FORTIFY_SOURCE=$stockade_l"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[
#include <stdio.h>
#if __USE_FORTIFY_LEVEL < _FORTIFY_SOURCE
#error not in force
#endif
]], [return 0;])], [stockade_cv_fortify=$stockade_l; break])
	done
	CFLAGS=$stockade_save
])
AS_IF([test "$stockade_cv_fortify" != none],
    [$1="$$1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$stockade_cv_fortify"])
])

# STOCKADE_SANITIZERS(LIST, [HINT]): that both ends of -fsanitize=LIST work,
# or an error.
AC_DEFUN([STOCKADE_SANITIZERS], [
AC_MSG_CHECKING([whether -fsanitize=$1 works])
stockade_save_c=$CFLAGS
stockade_save_ld=$LDFLAGS
CFLAGS="$CFLAGS -fsanitize=$1"
LDFLAGS="$LDFLAGS -fsanitize=$1"
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [return 0;])], [AC_MSG_RESULT([yes])], [
	AC_MSG_RESULT([no])
	AC_MSG_ERROR([$CC cannot link with -fsanitize=$1[]m4_ifval([$2], [; $2])])])
CFLAGS=$stockade_save_c
LDFLAGS=$stockade_save_ld
])

# STOCKADE_STATIC(VARIABLE, FLAG, [LIBS]): FLAG, if a program links with it
# and with LIBS.
AC_DEFUN([STOCKADE_STATIC], [
AC_MSG_CHECKING([whether a program links with $2 $3])
stockade_save_c=$CFLAGS
stockade_save_ld=$LDFLAGS
stockade_save_libs=$LIBS
CFLAGS="$CFLAGS -fPIE -Werror"
LDFLAGS="$LDFLAGS $2"
LIBS="$LIBS $3"
AC_LINK_IFELSE([AC_LANG_PROGRAM([], [return 0;])],
    [$1="$2"; AC_MSG_RESULT([yes])], [$1=; AC_MSG_RESULT([no])])
CFLAGS=$stockade_save_c
LDFLAGS=$stockade_save_ld
LIBS=$stockade_save_libs
])
