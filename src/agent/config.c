// SPDX-License-Identifier: ISC
// What `stockade agent` was asked for: its options, read and checked.
#include <string.h>
#include "policy/scan.h"
#include "src/agent/config.h"
#include "src/agent/text.h"
#include "src/cli/options.h"
#include "src/model/dialect.h"

enum {
	O_WORKSPACE,
	O_TEST,
	O_NO_TEST,
	O_TEST_EACH,
	O_NO_TOOLS,
	O_PROVIDER,
	O_MODEL,
	O_BASE_URL,
	O_KEY_FILE,
	O_PRICES,
	O_POLICY,
	O_LIMIT,
	O_NET,
	O_APPROVE,
	O_ALLOW_COMMAND,
	O_NO_ASK,
	O_PUBLISH,
	O_COMMAND_TIMEOUT,
	O_MAX_TURNS,
	O_MAX_TOKENS,
	O_MAX_TIME,
	O_MAX_CALLS,
	O_MAX_INPUT,
	O_MAX_OUTPUT,
	O_MAX_COST,
	O_RECORD,
	O_SESSION_DIR,
	O_CONTEXT,
	O_RESUME,
	O_FORK,
	O_DIFF,
	O_DEBUG,
	O_JSON,
	O_STRICT,
	O_QUIET,
	O_SERVICE,
	O_HELP,
	O_VERSION,
};

static const struct option_def defs[] = {
    [O_WORKSPACE] = {"directory", 'C', "DIR",
	"Work in DIR; the default is the current directory"},
    [O_TEST] = {"test", 't', "CMD",
	"The oracle: a shell command, run inside, that exits 0 when the task "
	"is done; only it makes a run green"},
    [O_NO_TEST] = {"no-test", 0, NULL,
	"Run without an oracle: the run ends when the model stops, its result "
	"is \"unverified\" and its exit status 0"},
    [O_NO_TOOLS] = {"no-tools", 0, NULL,
	"The model speaks no tools: what it answers in fenced blocks is "
	"written and run, until the tests are green"},
    [O_TEST_EACH] = {"test-each", 0, "WHEN",
	"Run it after each turn that changed files: always, never, or auto "
	"(default): if it took less than 10 s at the start"},
    [O_PROVIDER] = {"provider", 'p', "NAME",
	"anthropic (default), openai, openai-responses, or replay:FILE to "
	"play a transcript; "
	"else STOCKADE_PROVIDER, else the policy says"},
    [O_MODEL] = {"model", 'm', "NAME",
	"Model to ask; else STOCKADE_MODEL, else the policy says"},
    [O_BASE_URL] = {"base-url", 0, "URL",
	"Server to ask instead of the provider's own"},
    [O_KEY_FILE] = {"key-file", 0, "FILE",
	"Read the API key from FILE instead of ANTHROPIC_API_KEY or "
	"OPENAI_API_KEY"},
    [O_PRICES] = {"prices", 0, "FILE",
	"Prices of models, over those that are known"},
    [O_POLICY] = {"policy", 0, "FILE", "Read limits, mounts and budgets"},
    [O_LIMIT] = {"limit", 'l', "NAME=VALUE",
	"Limit each command: memory=1G, pids=64, tmp=128M..."},
    [O_NET] = {"net", 'n', "RULE",
	"Let commands reach something: allow=HOST[:PORT], ask=HOST, "
	"preset:NAME or open; deny=HOST takes it away"},
    [O_APPROVE] = {"approve", 0, "CATEGORY=VERDICT",
	"What to do about read, write, shell, network or install: auto, "
	"notify, ask or deny"},
    [O_ALLOW_COMMAND] = {"allow-command", 0, "WORDS",
	"Run commands that begin with these words without a question"},
    [O_NO_ASK] = {"no-ask", 0, NULL,
	"Ask nobody, even if there is a terminal: what is to be asked is "
	"denied"},
    [O_PUBLISH] = {"publish", 0, "PORT[:HOSTPORT]",
	"What listens on PORT inside is reached on 127.0.0.1 of the host"},
    [O_COMMAND_TIMEOUT] = {"command-timeout", 0, "TIME",
	"Wall time of one command, the same as --limit time=TIME"},
    [O_MAX_TURNS] = {"max-turns", 0, "N",
	"Stop after N requests to the model (exit status 6)"},
    [O_MAX_TOKENS] = {"max-tokens", 0, "N",
	"Stop after N tokens, read and written together (exit status 7)"},
    [O_MAX_TIME] = {"max-time", 0, "TIME",
	"Stop after TIME: 90s, 30m, 2h (exit status 8)"},
    [O_MAX_CALLS] = {"max-tool-calls", 0, "N",
	"Stop after N calls of tools (exit status 6)"},
    [O_MAX_INPUT] = {"max-input-tokens", 0, "N",
	"Stop after N tokens read (exit status 7)"},
    [O_MAX_OUTPUT] = {"max-output-tokens", 0, "N",
	"Stop after N tokens written (exit status 7)"},
    [O_MAX_COST] = {"max-cost", 0, "DOLLARS",
	"Stop when the requests cost that much: 2, 0.50 (exit status 7)"},
    [O_RECORD] = {"record", 0, "FILE",
	"Write a transcript that replay:FILE plays"},
    [O_SESSION_DIR] = {"session-dir", 0, "DIR",
	"Keep the session in DIR instead of "
	"$XDG_STATE_HOME/stockade/sessions"},
    [O_CONTEXT] = {"context-window", 0, "N",
	"Tokens that the model can hold; without it the table of prices tells, "
	"or it is 128000"},
    [O_RESUME] = {"resume", 0, "SESSION",
	"Go on with a session of this workspace: a name, a piece of one, a "
	"path, or last"},
    [O_FORK] = {"fork", 0, "SESSION",
	"The same in a new session, which begins as that one"},
    [O_DIFF] = {"diff", 0, "FILE", "Write the difference there as well"},
    [O_DEBUG] = {"debug", 0, "wire[:FILE]",
	"Show each request and answer as it is sent, keys struck out, on "
	"standard error or in FILE"},
    [O_JSON] = {"json", 0, NULL,
	"Print events as JSON lines, and nothing else, on standard output"},
    [O_STRICT] = {"strict", 0, NULL,
	"Refuse to run where the sandbox would be degraded (exit status 4)"},
    [O_QUIET] = {"quiet", 'q', NULL,
	"Print the result and the difference only"},
    [O_SERVICE] = {"service", 0, NULL,
	"Have the sandbox made by the service of stockade-jail(8)"},
    [O_HELP] = {"help", 'h', NULL, "Print this"},
    [O_VERSION] = {"version", 'V', NULL, "Print the version"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {"agent", "[options] [TASK]",
    "Lets a model work on a task inside a sandbox until the tests are green. "
    "Without a task it asks for one after the other, or reads them from a "
    "pipe, a line each.",
    defs};

void
config_help(FILE *f)
{
	options_help(&command, f);
}

static int
add_setting(struct config *c, const char *directive, int option,
    const char *value, struct err *e)
{
	if (c->nsettings == CONFIG_SETTINGS_MAX)
		return err_set(e, ERR_USAGE, 0, "too many limits and budgets");
	c->setting[c->nsettings++] =
	    (struct config_setting){directive, defs[option].name, value};
	return 0;
}

static int
add_publish(struct config *c, const char *value, struct err *e)
{
	if (c->npublish == CONFIG_PUBLISH_MAX)
		return err_set(e, ERR_USAGE, 0, "too many --publish");
	c->publish[c->npublish++] = value;
	return 0;
}

static int
take_test_each(struct config *c, const char *value, struct err *e)
{
	static const char *const words[] = {[CONFIG_TEST_AUTO] = "auto",
	    [CONFIG_TEST_ALWAYS] = "always",
	    [CONFIG_TEST_NEVER] = "never"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(value, words[i]) != 0)
			continue;
		c->test_each = (enum config_test_each)i;
		return 0;
	}
	return err_set(e, ERR_USAGE, 0,
	    "--test-each %.60s: it is auto, always or never", value);
}

static int
take_window(struct config *c, const char *value, struct err *e)
{
	const char *why;

	if (scan_count(value, strlen(value), &c->context_window, &why) < 0)
		return err_set(
		    e, ERR_USAGE, 0, "--context-window %.40s: %s", value, why);
	if (c->context_window < 2000)
		return err_set(e, ERR_USAGE, 0,
		    "--context-window %.40s: no model with tools holds so "
		    "little; it is in tokens",
		    value);
	return 0;
}

static int
take(struct config *c, int option, const char *value, struct err *e)
{
	const char **const strings[] = {
	    [O_WORKSPACE] = &c->workspace,
	    [O_TEST] = &c->test,
	    [O_PROVIDER] = &c->provider,
	    [O_MODEL] = &c->model,
	    [O_BASE_URL] = &c->base_url,
	    [O_KEY_FILE] = &c->key_file,
	    [O_PRICES] = &c->prices,
	    [O_DEBUG] = &c->debug,
	    [O_POLICY] = &c->policy_file,
	    [O_RECORD] = &c->record,
	    [O_SESSION_DIR] = &c->session_dir,
	    [O_DIFF] = &c->diff_file,
	    [O_RESUME] = &c->resume,
	    [O_FORK] = &c->fork,
	    [O_VERSION] = NULL,
	};
	// Words of a policy that the option's value is read as.
	static const char *const settings[O_VERSION + 1] = {
	    [O_LIMIT] = "limit",
	    [O_NET] = "net",
	    [O_COMMAND_TIMEOUT] = "limit time",
	    [O_MAX_TURNS] = "budget turns",
	    [O_MAX_TOKENS] = "budget tokens",
	    [O_MAX_TIME] = "budget time",
	    [O_MAX_CALLS] = "budget tool-calls",
	    [O_MAX_INPUT] = "budget input-tokens",
	    [O_MAX_OUTPUT] = "budget output-tokens",
	    [O_MAX_COST] = "budget cost",
	};
	bool *const flags[] = {
	    [O_NO_TEST] = &c->no_test,
	    [O_NO_TOOLS] = &c->no_tools,
	    [O_NO_ASK] = &c->no_ask,
	    [O_JSON] = &c->json,
	    [O_QUIET] = &c->quiet,
	    [O_SERVICE] = &c->service,
	    [O_HELP] = &c->help,
	    [O_VERSION] = &c->version,
	};

	if (settings[option] != NULL)
		return add_setting(c, settings[option], option, value, e);
	if (option == O_APPROVE)
		return add_setting(c, "approve", option, value, e);
	if (option == O_ALLOW_COMMAND)
		return add_setting(c, "command", option, value, e);
	if (option == O_PUBLISH)
		return add_publish(c, value, e);
	if (option == O_CONTEXT)
		return take_window(c, value, e);
	if (option == O_TEST_EACH)
		return take_test_each(c, value, e);
	if (option == O_STRICT)
		return add_setting(c, "degraded", option, "refuse", e);
	if (strings[option] == NULL) {
		*flags[option] = true;
		return 0;
	}
	if (*value == '\0')
		return err_set(
		    e, ERR_USAGE, 0, "option --%s is empty", defs[option].name);
	*strings[option] = value;
	return 0;
}

/* A session is gone on with, which says what options leave open. */
static bool
goes_on(const struct config *c)
{
	return c->resume != NULL || c->fork != NULL;
}

/* What tells when the task is done, which a session may know. */
static int
check_oracle(const struct config *c, struct err *e)
{
	if (c->resume != NULL && c->fork != NULL)
		return err_set(
		    e, ERR_USAGE, 0, "--resume and --fork exclude each other");
	if (!c->session && c->test == NULL && !c->no_test && !goes_on(c))
		return err_set(e, ERR_USAGE, 0,
		    "no --test given: nothing could tell when the task is "
		    "done; --no-test runs without");
	if (c->test != NULL && c->no_test)
		return err_set(
		    e, ERR_USAGE, 0, "--test and --no-test exclude each other");
	return 0;
}

static int
check(const struct config *c, int operands, struct err *e)
{
	struct policy p;

	if (operands > 0 && *c->task == '\0')
		return err_set(e, ERR_USAGE, 0,
		    "the task is empty; usage: stockade agent %s",
		    command.synopsis);
	if (operands > 1)
		return err_set(e, ERR_USAGE, 0,
		    "more than one task given; quote it as one word");
	if (check_oracle(c, e) < 0)
		return -1;
	if (c->provider != NULL && !dialect_is_provider(c->provider))
		return err_set(e, ERR_USAGE, 0, "--provider %.60s: it is %s",
		    c->provider, dialect_providers);
	if (c->debug != NULL && strcmp(c->debug, "wire") != 0 &&
	    (strncmp(c->debug, "wire:", 5) != 0 || c->debug[5] == '\0'))
		return err_set(e, ERR_USAGE, 0,
		    "--debug %.60s: it is wire, or wire:FILE", c->debug);
	return config_policy(c, NULL, 0, &p, e);
}

int
config_parse(struct config *c, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int option;

	memset(c, 0, sizeof(*c));
	c->workspace = ".";
	options_begin(&s, &command, argc, argv);
	while ((option = options_next(&s, e)) >= 0)
		if (take(c, option, s.value, e) < 0)
			return -1;
	if (option == -2)
		return -1;
	if (c->help || c->version)
		return 0;
	if (s.next < argc)
		c->task = argv[s.next];
	c->session = c->task == NULL && !goes_on(c);
	return check(c, argc - s.next, e);
}

/* One setting of the command line, read by the policy's own grammar. */
static int
apply(const struct config_setting *s, struct policy *p, struct err *e)
{
	autotext struct text line = {0};
	struct policy_fault f;
	int r;

	if (strcmp(s->directive, "limit") == 0) {
		r = policy_parse_limit(s->value, p, &f);
	} else if (strcmp(s->directive, "net") == 0) {
		r = policy_parse_net(s->value, p, &f);
	} else if (strcmp(s->directive, "approve") == 0) {
		r = policy_parse_approve(s->value, p, &f);
	} else if (strcmp(s->directive, "command") == 0) {
		r = policy_parse_command(s->value, p, &f);
	} else {
		// A value is one word: it must not smuggle in a second line.
		if (s->value[strcspn(s->value, " \t\r\n#\"\\")] != '\0' ||
		    *s->value == '\0')
			return err_set(e, ERR_USAGE, 0,
			    "--%s: \"%.60s\" is not a value", s->option,
			    s->value);
		text_printf(&line, "%s %s\n", s->directive, s->value);
		r = policy_parse(line.p, line.len, p, &f);
	}
	if (r < 0)
		return err_set(e, ERR_USAGE, 0, "--%s: %s", s->option, f.text);
	return 0;
}

int
config_policy(const struct config *c, const char *text, size_t len,
    struct policy *p, struct err *e)
{
	struct policy_fault f;
	size_t i;

	policy_init(p);
	if (text != NULL && policy_parse(text, len, p, &f) < 0)
		return err_set(e, ERR_POLICY, 0, "%.100s:%u:%u: %s",
		    c->policy_file, f.line, f.column, f.text);
	for (i = 0; i < c->nsettings; i++)
		if (apply(&c->setting[i], p, e) < 0)
			return -1;
	return 0;
}
