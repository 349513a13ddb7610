// SPDX-License-Identifier: ISC
// redact: every form that is listed, whole and in pieces; what looks like one
// and is none; and ordinary source, which stays as it is. The secrets are made
// up, and put together here, so that nobody's scanner takes them for real.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "src/agent/redact.h"
#include "src/agent/redact_forms.h"

#define R20 "q7Zk2Vx9Lm4Tb8Wc1Nd5"
#define R40 R20 "hJ3sR6yG0pFaE2uKvQ9z"
#define H32 "9f86d081884c7d659a2feaa0c55ad015"

static const struct {
	const char *kind, *text;
} secrets[] = {
    {"Anthropic key", "sk-"
		      "ant-api03-" R40 R40 "AA"},
    {"OpenRouter key", "sk-"
		       "or-v1-" H32 H32},
    {"OpenAI key", "sk-"
		   "proj-" R40 "_" R20},
    {"OpenAI key", "sk-"
		   "svcacct-" R40},
    {"API key", "sk-" R40},
    {"Google key", "AI"
		   "za" R20 "hJ3sR6yG0pFaE2u"},
    {"Google secret", "GOC"
		      "SPX-" R20 "hJ3sR6yG"},
    {"AWS key id", "AK"
		   "IAQ7ZK2VX9LM4TB8WC"},
    {"AWS key id", "AS"
		   "IAQ7ZK2VX9LM4TB8WC"},
    {"GitHub token", "gh"
		     "p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5"
		     "0smkjE"},
    {"GitHub token", "github"
		     "_pat_" R20 "hJ_" R40 "hJ3sR6yG0pFaE2uKvQ9"},
    {"GitLab token", "gl"
		     "pat-" R20},
    {"Slack token", "xo"
		    "xb-123456789012-" R20},
    {"npm token", "np"
		  "m_Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0"
		  "2ZFgkD"},
    {"PyPI token", "py"
		   "pi-AgEIcHlw" R40 R20},
    {"Stripe key", "sk"
		   "_live_" R20 "hJ3s"},
    {"Stripe secret", "wh"
		      "sec_" R40},
    {"Hugging Face token", "h"
			   "f_" R20 "hJ3sR6yG0pFaE2"},
    {"Groq key", "gs"
		 "k_" R40 "q7Zk2Vx9Lm4T"},
    {"xAI key", "xa"
		"i-" R40 R40},
    {"Replicate token", "r"
			"8_" R20 "hJ3sR6yG0pFaE2uKv"},
    {"DigitalOcean token", "do"
			   "p_v1_" H32 H32},
    {"Shopify token", "sh"
		      "pat_" H32},
    {"Vault token", "hv"
		    "s." R20 "hJ3s"},
    {"age key",
	"AGE-SECRET"
	"-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQS8WZ9AQ"},
    {"JSON web token", "ey"
		       "JhbGciOiJIUzI1NiJ9.ey"
		       "JzdWIiOiIxMjM0NSJ9.q7Zk2Vx9Lm4Tb8Wc1Nd5"},
    {"SendGrid key", "S"
		     "G.q7Zk2Vx9Lm4Tb8Wc1Nd5hJ." R40 "abc"},
};

static struct text out;
static struct redact r;

static const char *
struck(const char *text)
{
	text_free(&out);
	text_str(&out, text);
	r.count = redact_text(NULL, &out);
	return text_of(&out);
}

static void
test_forms(void **state)
{
	char line[600], want[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		snprintf(line, sizeof(line), "a = '%s', b\n", secrets[i].text);
		snprintf(want, sizeof(want), "a = '[redacted: %s]', b\n",
		    secrets[i].kind);
		assert_string_equal(struck(line), want);
		assert_int_equal(r.count, 1);
		// At the very beginning and the very end.
		snprintf(want, sizeof(want), "[redacted: %s]", secrets[i].kind);
		assert_string_equal(struck(secrets[i].text), want);
	}
}

/* However a secret is split over two reads. */
static void
test_pieces(void **state)
{
	char line[600];
	size_t i, cut, len;

	(void)state;
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		len = (size_t)snprintf(
		    line, sizeof(line), "x %s y\n", secrets[i].text);
		for (cut = 0; cut <= len; cut++) {
			struct redact p = {0};

			text_free(&out);
			redact_add(&p, &out, line, cut);
			redact_add(&p, &out, line + cut, len - cut);
			redact_end(&p, &out);
			assert_int_equal(p.count, 1);
			assert_null(strstr(text_of(&out), secrets[i].text));
		}
	}
}

/* One of a form, made up: its prefix, and what its set and sum ask for. */
static void
make_up(const struct redact_form *f, size_t n, char *buf, size_t size)
{
	static const char *const sets[] = {[REDACT_ALNUM] = R40 R40,
	    [REDACT_URLSAFE] = R20 "-_" R40,
	    [REDACT_HEX] = H32,
	    [REDACT_CAPITAL] = "Q7ZK2VX9LM4TB8WC1ND5HJ3SR6YG0PFA",
	    [REDACT_DASHED] = "123456789012-" R20,
	    [REDACT_UNDER] = R20 "_" R40};
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const char *from = sets[f->set];
	size_t at = strlen(f->prefix), i;
	uint32_t crc = 0xffffffff;
	int bit;

	assert_true(at + n < size);
	memcpy(buf, f->prefix, at);
	for (i = 0; i < n; i++)
		buf[at + i] = from[i % strlen(from)];
	buf[at + n] = '\0';
	if (strncmp(f->prefix, "gh", 2) != 0 && strcmp(f->prefix, "npm_") != 0)
		return;
	if (strcmp(f->prefix, "github_pat_") == 0)
		return;
	for (i = 0; i < n - 6; i++) {
		crc ^= (unsigned char)buf[at + i];
		for (bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	for (crc = ~crc, i = 1; i <= 6; i++, crc /= 62)
		buf[at + n - i] = digits[crc % 62];
}

/* Each form that there is, at its shortest and its longest. */
static void
test_every_form(void **state)
{
	const struct redact_form *f;
	char secret[600], want[100];
	size_t i;

	(void)state;
	for (i = 0; (f = redact_form_at(i)) != NULL; i++) {
		snprintf(want, sizeof(want), "[redacted: %s]", f->kind);
		make_up(f, f->min, secret, sizeof(secret));
		assert_string_equal(struck(secret), want);
		make_up(f, f->max, secret, sizeof(secret));
		assert_string_equal(struck(secret), want);
		make_up(f, f->min - 1, secret, sizeof(secret));
		if (strcmp(struck(secret), secret) != 0)
			fail_msg("%s: one byte too few", f->prefix);
	}
	assert_true(i >= 37);
}

/* No 20 bytes of the secret are in what was told. */
static void
assert_hidden(const char *secret)
{
	char window[21];
	size_t i;

	for (i = 0; i + 20 <= strlen(secret); i++) {
		snprintf(window, sizeof(window), "%.20s", secret + i);
		if (strstr(text_of(&out), window) != NULL)
			fail_msg("%s: told: %s", secret, text_of(&out));
	}
}

/* The same for who cannot wait for the line's end: what is told at once is
   no part of a secret, and what follows is known by what stands before. */
static void
test_flushed(void **state)
{
	char line[600];
	size_t i, cut, len;

	(void)state;
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		len = (size_t)snprintf(
		    line, sizeof(line), "x %s y\n", secrets[i].text);
		for (cut = 0; cut <= len; cut++) {
			struct redact p = {0};

			text_free(&out);
			redact_add(&p, &out, line, cut);
			redact_flush(&p, &out);
			assert_hidden(secrets[i].text);
			redact_add(&p, &out, line + cut, len - cut);
			redact_flush(&p, &out);
			redact_end(&p, &out);
			assert_int_equal(p.count, 1);
			assert_hidden(secrets[i].text);
		}
	}
}

static void
test_flushed_contexts(void **state)
{
	static const struct {
		const char *first, *told, *second, *all;
	} rows[] = {
	    {"Password: ", "Password: ", "yes\n", "Password: yes\n"},
	    {"(gdb) ", "(gdb) ", "run\n", "(gdb) run\n"},
	    {"get https://bob:tr0ub", "get https://bob:", "4dor@h/\n",
		"get https://bob:[redacted: password]@h/\n"},
	    {"get https://host.example", "get https://host.example", ":80/\n",
		"get https://host.example:80/\n"},
	    {"API_KEY=", "API_KEY=", R40 "\n", "API_KEY=[redacted: secret]\n"},
	    {"API_KEY=" R20, "API_KEY=", "hJ3sR\n",
		"API_KEY=[redacted: secret]\n"},
	    {"API_KEY=" R40 " and", "API_KEY=[redacted: secret] and", " so\n",
		"API_KEY=[redacted: secret] and so\n"},
	    {"ask", "ask", "-ing\n", "ask-ing\n"},
	    {"key -----BEGIN PRIVATE KEY-----", "key ", "\nabc",
		"key [redacted: private key]"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct redact p = {0};

		text_free(&out);
		text_str(&out, "");
		redact_add(&p, &out, rows[i].first, strlen(rows[i].first));
		redact_flush(&p, &out);
		assert_string_equal(text_of(&out), rows[i].told);
		redact_flush(&p, &out);
		assert_string_equal(text_of(&out), rows[i].told);
		redact_add(&p, &out, rows[i].second, strlen(rows[i].second));
		redact_flush(&p, &out);
		redact_end(&p, &out);
		assert_string_equal(text_of(&out), rows[i].all);
		assert_true(p.count <= 1);
	}
}

/* The policy's own patterns, and the count of each form. */
static void
test_patterns(void **state)
{
	static const char rules[] = "redact PRJ-[0-9]+\n"
				    "redact \"^host [a-z]+ is\"\n"
				    "redact PRJ-[0-9]+-(x|y)\n";
	static struct policy p;
	static struct redactor by;
	autotext struct text said = {0};
	struct redact one = {.by = &by};
	struct policy_fault f;
	struct err e;

	(void)state;
	policy_init(&p);
	assert_int_equal(policy_parse(rules, sizeof(rules) - 1, &p, &f), 0);
	assert_int_equal(redactor_begin(&by, &p, &e), 0);
	text_free(&out);
	text_str(&out, "a PRJ-12, PRJ-3-x:PRJ-4\nhost abc is up\n"
		       "no host abc is\nftp://u:tr0ub4dor@h/ PRJ-\n");
	assert_int_equal(redact_text(&by, &out), 5);
	assert_string_equal(out.p,
	    "a [redacted: policy], [redacted: policy]:[redacted: policy]\n"
	    "[redacted: policy] up\nno host abc is\n"
	    "ftp://u:[redacted: password]@h/ PRJ-\n");
	redactor_say(&by, &said);
	assert_string_equal(said.p, "4 policy, 1 password");
	assert_int_equal(by.count, 5);
	// In pieces: a word that could become one is waited for.
	text_free(&out);
	redact_add(&one, &out, "see PRJ-", 8);
	redact_flush(&one, &out);
	assert_string_equal(out.p, "see ");
	redact_add(&one, &out, "77 now\n", 7);
	redact_end(&one, &out);
	assert_string_equal(out.p, "see [redacted: policy] now\n");
	redactor_free(&by);
	assert_int_equal(by.npatterns, 0);
}

static void
test_contexts(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"git clone https://bob:tr0ub4dor@host.example/x",
		"git clone https://bob:[redacted: password]@host.example/x"},
	    {"postgres://u:p%40ss-w0rd@db:5432/x",
		"postgres://u:[redacted: password]@db:5432/x"},
	    {"aws_secret_access_key = " R40,
		"aws_secret_access_key = [redacted: secret]"},
	    {"\"api_key\": \"" R40 "\",",
		"\"api_key\": \"[redacted: secret]\","},
	    {"PASSWORD=" R20, "PASSWORD=[redacted: secret]"},
	    {"Authorization: Bearer " R40,
		"Authorization: Bearer [redacted: secret]"},
	    {"client_secret => '" H32 "'",
		"client_secret => '[redacted: secret]'"},
	    {"-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE "
	     "KEY-----\nrest\n",
		"[redacted: private key]\nrest\n"},
	    {"key: -----BEGIN OPENSSH PRIVATE KEY-----\nabc",
		"key: [redacted: private key]"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(struck(rows[i].text), rows[i].want);
}

static void
test_lookalikes(void **state)
{
	static const char *const rows[] = {
	    "task-ant-" R40 R40, // a word before it
	    "sk-ant-short",
	    "sk-folding-cube sk-circle-fade-dot",
	    "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5AAAAAA", // no checksum
	    "npm_config_registry=x npm_lifecycle_event_something_else_here_ok",
	    "AKIAIOSFODNN7EXAMPL", // one too few
	    "https://host.example:8080/a@b",
	    "http://user@host/",
	    "ftp://user:password@host/",
	    "http://$USER:$PASS@host/",
	    "https://x:${TOKEN}@host/",
	    "http://a:xxxxxxxx@h/",
	    "password = get_password_from_the_keyring(user_name)",
	    "token = parser.next_token_of_kind(IDENTIFIER_TOKEN)",
	    "secret: /run/secrets/database_password_file_2",
	    "the token abc0123456789abcdef0123456789 is public",
	    "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n",
	    "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n",
	    "commit 9f86d081884c7d659a2feaa0c55ad0159f86d081",
	    "sha256:" H32 H32,
	    "eyJ is how it begins",
	    "/usr/lib/x86_64-linux-gnu/libcrypto.so.3.0.11",
	    "token_type = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'",
	    "hf_transfer hf_hub_download_with_retries_and_backoff",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(struck(rows[i]), rows[i]);
}

/* Bytes of any kind come out as they went in. */
static void
test_bytes(void **state)
{
	char all[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (char)i;
	text_free(&out);
	r = (struct redact){0};
	redact_add(&r, &out, all, sizeof(all));
	redact_end(&r, &out);
	assert_int_equal(out.len, sizeof(all));
	assert_memory_equal(out.p, all, sizeof(all));
	// A line without end is not waited for without end.
	text_free(&out);
	for (i = 0; i < 1000; i++)
		redact_add(&r, &out, all + 32, 94);
	assert_true(out.len > 0 && r.held.len <= 2 * REDACT_HELD_MAX);
	redact_end(&r, &out);
	assert_int_equal(out.len, 94000);
}

/* Processor time for 256 KiB of a text, in lines so long, piece by piece. */
static clock_t
time_of(const char *text, size_t line)
{
	size_t n = strlen(text), at, k;
	struct redact one = {0};
	clock_t start = clock();
	char piece[4096];

	for (k = 0; k < sizeof(piece); k++)
		piece[k] = text[k % n];
	for (at = 0; at < 256 << 10; at += sizeof(piece)) {
		text_free(&out);
		redact_add(&one, &out, piece, sizeof(piece) / n * n);
		if (at % line == line - sizeof(piece))
			redact_add(&one, &out, "\n", 1);
		redact_flush(&one, &out);
	}
	redact_end(&one, &out);
	return clock() - start;
}

/* Whoever writes the text must not stop us by it: what is in one line costs
   what it costs in many. Where the rest of the line is gone through at each
   place it is 16 times that. */
static void
test_hostile(void **state)
{
	static const char *const rows[] = {"a-", "sk-ant-", "eyJ-", "eyJ.",
	    "token=", "token=a ", "://a:", "A", "ghp_", "-----BEGIN ",
	    "api_key: '"};
	clock_t many, one;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		many = time_of(rows[i], 4096);
		one = time_of(rows[i], 65536);
		if (one > 6 * many + CLOCKS_PER_SEC / 20)
			fail_msg("%s: %ld us, and in short lines %ld us",
			    rows[i], (long)one, (long)many);
	}
}

/* A model's words, as they come: less than the millisecond for each kilobyte
   that all of the agent may take. */
static void
test_streamed(void **state)
{
	static const char words[] = "The quick \"brown\" fox: it jumps = over "
				    "the lazy dog's back (a_b, c-d), and so "
				    "on for ever without an end of the line ";
	struct redact one = {0};
	clock_t start = clock();
	size_t i;

	(void)state;
	for (i = 0; i < 256 << 10; i += 4) {
		text_free(&out);
		redact_add(&one, &out, words + i % (sizeof(words) - 5), 4);
		redact_flush(&one, &out);
		if (i % 16384 == 0)
			redact_add(&one, &out, "\n", 1);
	}
	redact_end(&one, &out);
	print_message("# %ld us a KiB\n", (long)(clock() - start) / 256);
#ifndef __SANITIZE_ADDRESS__
	assert_true(clock() - start < 256 * (CLOCKS_PER_SEC / 1000));
#endif
}

static uint64_t seen, found;

static int
read_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	static char buf[1 << 20];
	struct redact one = {0};
	FILE *file;
	size_t n;

	(void)st;
	(void)f;
	if (type != FTW_F || seen > 50 << 20)
		return 0;
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	while ((n = fread(buf, 1, sizeof(buf), file)) > 0) {
		text_free(&out);
		redact_add(&one, &out, buf, n);
		seen += n;
	}
	redact_end(&one, &out);
	fclose(file);
	if (one.count > 0)
		print_message("# %s: %zu\n", path, one.count);
	found += one.count;
	return 0;
}

/* Sources and texts of the system: what is struck there is no secret. */
static void
test_ordinary(void **state)
{
	static const char *const trees[] = {"/usr/include", "/var/log",
	    "/usr/lib/python3", "/usr/share/perl", "/usr/lib/python3.11",
	    "/etc"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		nftw(trees[i], read_one, 16, FTW_PHYS);
	print_message("# %llu found in %llu bytes\n", (unsigned long long)found,
	    (unsigned long long)seen);
	if (seen < 1 << 20)
		skip();
	// Less than one in a mebibyte: far less than one line in a hundred.
	assert_true(found <= seen >> 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forms),
	    cmocka_unit_test(test_pieces),
	    cmocka_unit_test(test_every_form),
	    cmocka_unit_test(test_flushed),
	    cmocka_unit_test(test_flushed_contexts),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_contexts),
	    cmocka_unit_test(test_lookalikes),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_streamed),
	    cmocka_unit_test(test_ordinary),
	};

	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
