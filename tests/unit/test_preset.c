// SPDX-License-Identifier: ISC
// preset: what each tool's configuration says is what is allowed, with its
// port, and nothing that it does not say.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/policy.h"
#include "src/egress/preset.h"

static char dir[256];
static struct preset o;

static void
put(const char *name, const char *text)
{
	char path[400];
	char *slash;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (slash = path + strlen(dir) + 1;
	     (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* The rules of a preset, each up to its comment, with "net allow " off. */
static void
makes(const char *name, const char *rules)
{
	const struct preset_where where = {
	    .workspace = dir, .root = dir, .base_url = getenv("BASE")};
	static struct policy p;
	struct policy_fault f;
	char got[2000] = "", *line, *save;
	size_t n = 0;

	preset_free(&o);
	assert_int_equal(preset_make(&o, name, &where), 0);
	policy_init(&p);
	if (policy_parse_rules(o.text, o.len, name, &p, &f) != 0)
		fail_msg("%s: %s", o.text, f.text);
	assert_int_equal(p.spec.net.n, o.nrules);
	for (line = strtok_r(o.text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_int_equal(strncmp(line, "net allow ", 10), 0);
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s\n",
		    (int)(strstr(line, " #") - line - 10), line + 10);
	}
	if (strcmp(got, rules) != 0)
		fail_msg(
		    "%s\n got\n%snot\n%snotes\n%s", name, got, rules, o.notes);
}

static void
test_apt(void **state)
{
	(void)state;
	makes("apt", "");
	assert_non_null(strstr(o.notes, "no source of packages"));
	put("etc/apt/sources.list",
	    "# deb http://comment.example/debian x main\n"
	    "deb http://deb.example/debian stable main # http://no.example\n"
	    "deb-src [arch=amd64 signed-by=/x] https://src.example:8443/d s m\n"
	    "deb cdrom:[Debian]/ x main\ndeb file:/srv/x y z\n"
	    "deb mirror+file:/etc/apt/mirrors.list x main\n"
	    "deb http://deb.example/security x main\n"
	    "deb http://user:secret@auth.example/ x main\n"
	    "deb http://[2001:db8::5]:3142/ x main\n"
	    "deb http://10.1.2.3/ x main\n"
	    "deb tor+http://tor.example/ x main\n");
	put("etc/apt/mirrors.list",
	    "http://m1.example/debian\tpriority:1\nhttps://m2.example/"
	    "debian\n");
	put("etc/apt/sources.list.d/a.list", "deb http://list.example/ x y\n");
	put("etc/apt/sources.list.d/a.list.save", "deb http://no.example/ x\n");
	put("etc/apt/sources.list.d/b.sources",
	    "Types: deb\nURIs: https://one.example/debian\n"
	    "  https://two.example/debian\nSuites: x\n\n"
	    "Enabled: no\nURIs: https://off.example/\nSuites: x\n\n"
	    "Suites: http://no.example/\nURIs:\n http://three.example/\n");
	put("etc/apt/apt.conf.d/90proxy",
	    "// Acquire::http::Proxy \"http://no.example:1\";\n"
	    "Acquire::http::Proxy \"http://proxy.example:3142/\";\n"
	    "Acquire::https::Proxy::x.example \"DIRECT\";\n"
	    "APT::Other \"http://no.example/\";\n");
	makes("apt", "deb.example:80 private\nsrc.example:8443 private\n"
		     "m1.example:80 private\nm2.example:443 private\n"
		     "auth.example:80 private\n[2001:db8::5]:3142 private\n"
		     "10.1.2.3:80 private\ntor.example:80 private\n"
		     "list.example:80 private\n"
		     "one.example:443 private\ntwo.example:443 private\n"
		     "three.example:80 private\n"
		     "proxy.example:3142 raw private\n");
	assert_string_equal(o.notes, "");
}

static void
test_pip(void **state)
{
	(void)state;
	makes("pip", "");
	assert_non_null(strstr(o.notes, "PIP_INDEX_URL"));
	put("usr/lib/python3/dist-packages/pip/_internal/models/index.py",
	    "class PackageIndex(Link):\n    def f(self):\n"
	    "PyPI = PackageIndex(\"https://index.example/\", "
	    "file_storage_domain=\"files.example\")\n"
	    "Test = PackageIndex(\"https://test.example/\")\n");
	makes("pip", "index.example:443\nfiles.example:443\n");
	// More of them leave the usual one in place, another does not.
	put("home/.config/pip/pip.conf",
	    "[global]\nextra-index-url =\n    https://a.example/simple\n"
	    "    https://b.example:8080/simple\n# https://no.example/\n"
	    "timeout = 60\ntrusted-host = https://no.example\n");
	makes("pip", "a.example:443 private\nb.example:8080 private\n"
		     "index.example:443\nfiles.example:443\n");
	put("etc/pip.conf", "[install]\nindex-url=http://mirror.example/pypi\n"
			    "proxy = http://proxy.example:3128\n");
	makes("pip", "mirror.example:80 private\n"
		     "proxy.example:3128 raw private\n"
		     "a.example:443 private\nb.example:8080 private\n");
	assert_int_equal(
	    setenv("PIP_INDEX_URL", "https://u:p@env.example", 1), 0);
	put("etc/pip.conf", "");
	put("home/.config/pip/pip.conf", "");
	makes("pip", "env.example:443 private\n");
	assert_null(strstr(o.text, "u:p"));
	assert_int_equal(
	    setenv("PIP_INDEX_URL", "http://localhost:3141/x", 1), 0);
	makes("pip", "");
	assert_non_null(strstr(o.notes, "\"net allow host:3141\""));
	unsetenv("PIP_INDEX_URL");
	put("home/.config/uv/uv.toml",
	    "[[index]]\nurl = \"https://uv.example/simple\"\ndefault = true\n"
	    "extra-index-url = [\"https://x.example\", "
	    "\"https://y.example\"]\n");
	makes("pip", "uv.example:443 private\nx.example:443 private\n"
		     "y.example:443 private\nindex.example:443\n"
		     "files.example:443\n");
}

static void
test_npm(void **state)
{
	(void)state;
	makes("npm", "");
	assert_non_null(strstr(o.notes, "registry="));
	// What a sandboxed command can write has no say.
	put(".npmrc", "registry=https://workspace.example/\n");
	makes("npm", "");
	put("home/.npmrc", "; registry=https://no.example/\n"
			   "registry = https://npm.example/x/\n"
			   "@corp:registry=http://corp.example:4873\n"
			   "//npm.example/:_authToken=https://no.example\n"
			   "https-proxy=http://proxy.example:8080\n"
			   "@v:registry=https://${HOST}/\n");
	makes("npm", "npm.example:443 private\ncorp.example:4873 private\n"
		     "proxy.example:8080 raw private\n");
	assert_non_null(strstr(o.notes, ".npmrc:6 has a variable"));
	put("home/.npmrc", "");
	put("etc/npmrc", "registry=https://global.example\n");
	makes("npm", "global.example:443 private\n");
	setenv("npm_config_registry", "https://env.example", 1);
	makes("npm", "global.example:443 private\nenv.example:443 private\n");
	unsetenv("npm_config_registry");
}

static void
test_cargo(void **state)
{
	(void)state;
	makes("cargo", "");
	assert_non_null(strstr(o.notes, "config.toml"));
	put(".cargo/config.toml",
	    "[registries.x]\nindex = \"https://workspace.example\"\n");
	makes("cargo", "");
	put("home/.cargo/config.toml",
	    "[source.crates-io]\nreplace-with = \"mirror\"\n"
	    "[source.mirror]\nregistry = \"sparse+https://m.example/index/\"\n"
	    "[registries.own]\nindex = \"ssh://git@own.example:2222/i.git\"\n"
	    "[registries]\nz = { index = \"https://inline.example/\" }\n"
	    "[build]\ntarget-dir = \"https://no.example\"\n");
	put("home/.cargo/registry/index/used.example-1cd66030c949c28d/"
	    "config.json",
	    "{\"dl\":\"https://dl.example/crates\",\"api\":null}");
	setenv("CARGO_REGISTRIES_E_INDEX", "https://env.example/", 1);
	setenv("CARGO_REGISTRIES_E_TOKEN", "https://no.example/", 1);
	makes("cargo", "m.example:443 private\nown.example:2222 private\n"
		       "inline.example:443 private\nenv.example:443 private\n"
		       "used.example:443\ndl.example:443\n");
}

static void
test_go(void **state)
{
	(void)state;
	makes("go", "");
	assert_non_null(strstr(o.notes, "GOPROXY"));
	put("home/.config/go/env", "GOPROXY=https://file.example|direct\n"
				   "GOSUMDB=sum.example+key\nGOFLAGS=x\n");
	makes("go", "file.example:443 private\nsum.example:443 private\n");
	assert_non_null(strstr(o.notes, "no proxy has"));
	setenv("GOPROXY", "https://a.example:8443/x,https://b.example", 1);
	makes("go", "a.example:8443 private\nb.example:443 private\n"
		    "sum.example:443 private\n");
	setenv("GOSUMDB", "off", 1);
	makes("go", "a.example:8443 private\nb.example:443 private\n");
	setenv("GOSUMDB", "sum.x https://db.example/y", 1);
	setenv("GOPROXY", "off", 1);
	makes("go", "db.example:443 private\n");
	unsetenv("GOPROXY");
	unsetenv("GOSUMDB");
}

static void
test_git(void **state)
{
	char path[300], to[300];

	(void)state;
	makes("git", "");
	put(".git/config",
	    "[core]\n\turl = https://no.example/\n"
	    "[remote \"origin\"]\n\turl = https://me@code.example/x.git\n"
	    "\tpushurl = git@push.example:x/y.git\n\tfetch = +refs:refs\n"
	    "[branch \"main\"]\n\turl = https://no.example/\n"
	    "[remote \"b\"]\n\turl = ssh://git@ssh.example:2222/x\n"
	    "[remote \"c\"]\n\turl = /srv/git/x.git\n"
	    "[remote \"d\"]\n\turl = ../x:y\n"
	    "[remote \"e\"]\n\turl = short.example:x\n"
	    "[submodule \"s\"]\n\turl = git://sub.example/x\n"
	    "[remote \"f\"]\n\turl = ext::sh -c http\n"
	    "[remote \"g\"]\n\turl = file:///srv/x\n");
	makes("git", "code.example:443\npush.example:22 raw\n"
		     "ssh.example:2222 raw\nshort.example:22 raw\n"
		     "sub.example:9418 raw\n");
	preset_free(&o);
	assert_int_equal(
	    preset_make(&o, "git",
		&(struct preset_where){.workspace = dir, .writable = true}),
	    0);
	assert_int_equal(o.nrules, 0);
	assert_non_null(strstr(o.notes, "(unprotect)"));
	// A link would lead to any file of the host.
	snprintf(path, sizeof(path), "%s/.git/config", dir);
	snprintf(to, sizeof(to), "%s/.git/real", dir);
	assert_int_equal(rename(path, to), 0);
	assert_int_equal(symlink(to, path), 0);
	makes("git", "");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(to), 0);
	snprintf(path, sizeof(path), "%s/.git", dir);
	assert_int_equal(rmdir(path), 0);
	put(".git", "gitdir: /elsewhere\n");
	makes("git", "");
	assert_non_null(strstr(o.notes, ".git is no directory"));
}

static void
test_model(void **state)
{
	(void)state;
	makes("model", "");
	setenv("BASE", "http://llm.example:8080/v1", 1);
	makes("model", "llm.example:8080 private\n");
	unsetenv("BASE");
}

static void
test_others(void **state)
{
	const struct preset_info *info;
	size_t i;

	(void)state;
	preset_free(&o);
	assert_int_equal(preset_make(&o, "none", NULL), -1);
	assert_int_equal(errno, ENOENT);
	for (i = 0; (info = preset_info_at(i)) != NULL; i++)
		assert_true(strlen(info->name) < 32);
	assert_int_equal(i, 7);
}

/* Hosts that are none make no rule, and no line of their own. */
static void
test_rubbish(void **state)
{
	static const char *const urls[] = {"https://", "https:///x",
	    "https://a b", "https://a..b/", "https://-/", "https://x:0/",
	    "https://x:99999/", "https://x:y:z/", "https://[::1/",
	    "https://*.example/", "https://h\n.example", "://x",
	    "https://x\"net open", "https://\xc3\xbc.example", "https://#",
	    "http://999.1.1.1/", "https://[fe80::1%25eth0]/"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		setenv("PIP_INDEX_URL", urls[i], 1);
		preset_free(&o);
		assert_int_equal(
		    preset_make(&o, "pip", &(struct preset_where){.root = dir}),
		    0);
		if (strstr(o.text, "net open") != NULL ||
		    strstr(o.text, "*") != NULL)
			fail_msg("%s: %s", urls[i], o.text);
	}
	unsetenv("PIP_INDEX_URL");
}

static int
setup(void **state)
{
	const char *top = getenv("TMPDIR");
	static const char *const clear[] = {"XDG_CONFIG_HOME", "CARGO_HOME",
	    "PIP_CONFIG_FILE", "NPM_CONFIG_USERCONFIG",
	    "NPM_CONFIG_GLOBALCONFIG", "NPM_CONFIG_REGISTRY", "GOENV",
	    "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX",
	    "UV_INDEX", "GOPROXY", "GOSUMDB"};
	char home[300];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(clear) / sizeof(clear[0]); i++)
		unsetenv(clear[i]);
	snprintf(
	    dir, sizeof(dir), "%s/preset-XXXXXX", top != NULL ? top : "/tmp");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(home, sizeof(home), "%s/home", dir);
	return mkdir(home, 0700) != 0 || setenv("HOME", home, 1) != 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	preset_free(&o);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_apt),
	    cmocka_unit_test(test_pip),
	    cmocka_unit_test(test_npm),
	    cmocka_unit_test(test_cargo),
	    cmocka_unit_test(test_go),
	    cmocka_unit_test(test_git),
	    cmocka_unit_test(test_model),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_rubbish),
	};

	return cmocka_run_group_tests_name("preset", tests, setup, teardown);
}
