// SPDX-License-Identifier: ISC
// What the broker is given by kernel, helper and sandbox. First byte: 0, a
// list of addresses by netlink; 1, a policy in a memfd, of which a sound one
// is all that is taken; else the first bytes of a connection to srv.test,
// which name that or nobody if they pass.
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/gate.h"
#include "jail/egress/inspect.h"
#include "jail/egress/own.h"
#include "tests/fuzz/fuzz.h"

static void
addresses(const uint8_t *p, size_t n)
{
	static struct own o;
	uint64_t buf[512];

	if (n > sizeof(buf))
		return;
	memcpy(buf, p, n);
	o.dumping = true;
	o.n = 0;
	own_read(&o, buf, n);
	FUZZ_ASSERT(o.n <= n / 8);
}

// Over a policy with one sound rule, from the byte that the first two say.
static void
policy(const uint8_t *p, size_t n)
{
	static struct egress_policy e;
	const struct egress_policy *got;
	struct egress_question q = {.name = "srv.test", .port = 443};
	struct egress_answer a;
	size_t at = n >= 2 ? (size_t)p[0] << 8 | p[1] : 0;
	autoclose int fd = memfd_create("p", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	uint32_t i;

	memset(&e, 0, sizeof(e));
	e.generation = 1;
	e.policy.n = 1;
	e.policy.rule[0] = (struct spec_net_rule){.verdict = NET_ALLOW};
	memcpy(e.policy.rule[0].host, "srv.test", 8);
	if (n > 2 && at + n - 2 <= sizeof(e))
		memcpy((uint8_t *)&e + at, p + 2, n - 2);
	FUZZ_ASSERT(fd_write_all(fd, &e, sizeof(e)) == 0);
	got = gate_policy_map(fd, NULL);
	FUZZ_ASSERT(got == NULL); // not sealed
	FUZZ_ASSERT(
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
	got = gate_policy_map(fd, NULL);
	if (got == NULL)
		return;
	FUZZ_ASSERT(got->policy.n <= SPEC_NET_MAX);
	for (i = 0; i < got->policy.n; i++)
		FUZZ_ASSERT(egress_rule_sound(&got->policy.rule[i]));
	egress_decide(got, &q, &a);
	FUZZ_ASSERT(a.verdict < NET_VERDICT__COUNT);
	gate_policy_unmap(got);
}

static void
first_bytes(const uint8_t *p, size_t n)
{
	static const struct egress_policy none;
	static const struct target t = {.name = "srv.test", .port = 443};
	struct inspect_as as = {.policy = &none, .target = &t};
	static struct inspected s;

	switch (inspect_first(&as, p, n, &s)) {
	case INSPECT_PASS:
		if (strcmp(s.kind, "tls") == 0)
			FUZZ_ASSERT(strcmp(s.hello.sni, t.name) == 0);
		else
			FUZZ_ASSERT(strcmp(s.head.host, t.name) == 0 &&
				    s.head.form != HEAD_CONNECT &&
				    s.head.len <= n);
		break;
	case INSPECT_REFUSE:
		FUZZ_ASSERT(s.reason != REASON_NONE);
		break;
	case INSPECT_TARGET: // only where there is none yet
		FUZZ_ASSERT(false);
		break;
	case INSPECT_MORE:
		FUZZ_ASSERT(n <= HEAD_MAX);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0]) {
	case 0:
		addresses(data + 1, size - 1);
		break;
	case 1:
		policy(data + 1, size - 1);
		break;
	default:
		first_bytes(data + 1, size - 1);
		break;
	}
	return 0;
}
