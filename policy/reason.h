/* SPDX-License-Identifier: ISC */
/* Why a connection was refused: one closed list for records, refusals, people. */
#ifndef POLICY_REASON_H
#define POLICY_REASON_H

/* id, the word in records and headers, a sentence of what to think of it. */
#define REASON_TABLE(X)                                                        \
	X(NONE, "none", "nothing was refused")                                 \
	X(UNLISTED, "unlisted", "no rule allows it")                           \
	X(DENIED, "denied", "a rule denies it")                                \
	X(CEILING, "ceiling", "the administrator's ceiling does not allow it") \
	X(ASK_DENIED, "ask-denied", "a person was asked and said no")          \
	X(ASK_TIMEOUT, "ask-timeout", "nobody answered the question in time")  \
	X(ASK_HEADLESS, "ask-headless", "there is nobody to ask")              \
	X(ASK_FLOOD, "ask-flood", "too many questions are open already")       \
	X(NAME, "bad-name", "the name is not a host name")                     \
	X(LITERAL, "literal", "an address was dialled that no rule names")     \
	X(UNKNOWN, "unknown-address",                                          \
	    "the address belongs to no name asked for")                        \
	X(SNI, "sni-mismatch", "TLS asks for another name than was dialled")   \
	X(HOST, "host-mismatch",                                               \
	    "HTTP asks for another host than was dialled")                     \
	X(NO_SNI, "no-sni", "TLS names no server")                             \
	X(ECH, "ech", "the real server name is encrypted")                     \
	X(TLS, "bad-tls", "the TLS greeting is not well formed")               \
	X(HTTP, "bad-http", "the HTTP head is not well formed")                \
	X(H2C, "h2c", "HTTP/2 without TLS cannot be checked")                  \
	X(PROTOCOL, "protocol",                                                \
	    "neither TLS nor HTTP, and the rule is not raw")                   \
	X(PEEK_TIMEOUT, "peek-timeout",                                        \
	    "the first bytes did not come in time")                            \
	X(PEEK_LIMIT, "peek-limit", "the first bytes are too many")            \
	X(PRIVATE, "private-address",                                          \
	    "the name leads to an address that is not public")                 \
	X(OWN, "own-address", "the name leads to this host itself")            \
	X(RESOLVE, "resolve-failed", "the name could not be resolved")         \
	X(DIAL, "dial-failed", "the server could not be reached")              \
	X(DIAL_TIMEOUT, "dial-timeout", "the server did not answer in time")   \
	X(CONNECTIONS, "quota-connections",                                    \
	    "too many connections at one time")                                \
	X(NAMES, "quota-names", "too many names were asked for")               \
	X(BYTES, "quota-bytes", "the bytes allowed are used up")               \
	X(RECORD, "record-failed", "the record could not be written")

enum reason {
#define X(id, word, what) REASON_##id,
	REASON_TABLE(X)
#undef X
	REASON__COUNT
};

/* Its word, and its sentence. Never fail for r < REASON__COUNT. */
const char *reason_word(enum reason r);
const char *reason_text(enum reason r);
/* The reason of that word, or -1. */
int reason_find(const char *word);

#endif
