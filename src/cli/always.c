// SPDX-License-Identifier: ISC
// A person's "always": one more rule at the end of a policy file.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/address.h"
#include "src/cli/always.h"

static int
rule_for(const struct wire_ask *q, const struct spec_net *rules,
    struct spec_net_rule *r, struct err *e)
{
	memset(r, 0, sizeof(*r));
	r->verdict = NET_ALLOW;
	r->kind = NET_NAME;
	r->origin = NET_FROM_POLICY;
	r->port_first = r->port_last = (uint16_t)q->port;
	if (q->rule < rules->n)
		r->flags = rules->rule[q->rule].flags;
	if (!q->literal) {
		memcpy(r->host, q->host, sizeof(r->host));
	} else {
		r->kind = NET_CIDR;
		r->prefix = 128;
		if (address_parse(q->host, strlen(q->host), r->addr) != 0)
			return err_set(e, ERR_PROTOCOL, 0,
			    "the broker asks about %.64s, which is no address",
			    q->host);
	}
	if (egress_rule_sound(r))
		return 0;
	return err_set(e, ERR_POLICY, 0, "no rule can say %.128s port %u alone",
	    q->host, q->port);
}

// A rule that another one overrules would be written in vain.
static int
must_help(const struct spec_net_rule *r, const struct spec_net *rules,
    const struct wire_ask *q, struct err *e)
{
	struct egress_question eq = {
	    .name = q->literal ? NULL : r->host,
	    .addr = r->addr,
	    .port = (uint16_t)q->port,
	};
	autofree struct spec_net *with = malloc(sizeof(*with));
	char text[EGRESS_RULE_TEXT_MAX] = "";
	struct egress_answer a;

	if (with == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "add a rule");
	if (rules->n >= SPEC_NET_MAX)
		return err_set(e, ERR_LIMIT, 0, "the policy has no room");
	*with = *rules;
	with->rule[with->n++] = *r;
	egress_match(with, &eq, &a);
	if (a.verdict == NET_ALLOW)
		return 0;
	if (a.rule >= 0)
		egress_rule_text(&with->rule[a.rule], text);
	return err_set(e, ERR_POLICY, 0,
	    "`%.100s' is stronger than a rule that allows; change that one",
	    text);
}

static int
read_file(int fd, char *text, size_t size, size_t *len, struct err *e)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0)
		return err_set(e, ERR_POLICY, errno, "look at the policy");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_POLICY, 0,
		    "the policy is no regular file, and cannot be added to");
	for (*len = 0; *len < size; *len += (size_t)n) {
		n = read(fd, text + *len, size - *len);
		if (n < 0)
			return err_set(e, ERR_POLICY, errno, "read the policy");
		if (n == 0)
			return 0;
	}
	return err_set(e, ERR_POLICY, EFBIG, "the policy");
}

// The text with one line more; it must still be a policy.
static int
add_line(char *text, size_t size, size_t *len, const char *rule,
    struct policy *scratch, struct err *e)
{
	struct policy_fault f;
	char stamp[64];
	time_t now = time(NULL);
	struct tm tm;
	int n;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M UTC", &tm);
	n = snprintf(text + *len, size - *len,
	    "%s%s  # allowed when asked, %s\n",
	    *len > 0 && text[*len - 1] != '\n' ? "\n" : "", rule, stamp);
	if (n < 0 || (size_t)n >= size - *len)
		return err_set(e, ERR_POLICY, EFBIG, "the policy");
	*len += (size_t)n;
	policy_init(scratch);
	if (policy_parse(text, *len, scratch, &f) != 0)
		return err_set(e, ERR_POLICY, 0,
		    "with that rule the policy would be wrong: line %u: %s",
		    f.line, f.text);
	return 0;
}

// In the place of path, with its mode and, if we may, its owner.
static int
exchange(const char *path, int old, const char *text, size_t len, struct err *e)
{
	autofree char *temp = NULL;
	autoclose int fd = -1;
	struct stat st;

	if (asprintf(&temp, "%s.XXXXXX", path) < 0) {
		temp = NULL;
		return err_set(e, ERR_SYSTEM, ENOMEM, "add a rule");
	}
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0 || fstat(old, &st) != 0)
		return err_set(e, ERR_POLICY, errno, "write %.150s", path);
	if (fchown(fd, st.st_uid, st.st_gid) != 0)
		st.st_mode &= 0700; // ours now: for no other group
	if (fchmod(fd, st.st_mode & 07777) == 0 &&
	    fd_write_all(fd, text, len) == 0 && fsync(fd) == 0 &&
	    rename(temp, path) == 0)
		return 0;
	err_set(e, ERR_POLICY, errno, "write %.150s", path);
	unlink(temp);
	return -1;
}

int
always_write(const char *path, const struct wire_ask *q,
    const struct spec_net *rules, struct policy *scratch,
    char line[EGRESS_RULE_TEXT_MAX], struct err *e)
{
	autofree char *text = malloc(POLICY_TEXT_MAX);
	// A link stays one: what it leads to is exchanged.
	autofree char *real = realpath(path, NULL);
	autoclose int fd = -1;
	struct spec_net_rule r;
	size_t len = 0;

	if (text == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "add a rule");
	if (rule_for(q, rules, &r, e) != 0 || must_help(&r, rules, q, e) != 0)
		return -1;
	egress_rule_text(&r, line);
	fd = real != NULL ? open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "policy %.150s", path);
	if (read_file(fd, text, POLICY_TEXT_MAX, &len, e) != 0 ||
	    add_line(text, POLICY_TEXT_MAX, &len, line, scratch, e) != 0)
		return -1;
	return exchange(real, fd, text, len, e);
}
