// SPDX-License-Identifier: GPL-2.0
/*
 * Filter expressions: read by descent, or before and before not; kept as a tree in an array.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"

#define WORD 64
#define DEPTH 32
#define OPERATORS "=!<>"

struct parser {
	struct anp_match *m;
	const char *text;
	char word[WORD];	/* the one looked at; "" at the end */
	int depth;
	char *error;
	size_t size;
};

static int fail(struct parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, p->size, format, args);
	va_end(args);
	return -1;
}

/* Brackets stand alone, so do comparisons; everything else ends at a blank or one of those. */
static void advance(struct parser *p)
{
	size_t len;

	p->text += strspn(p->text, " \t");
	if (strchr("()", *p->text))
		len = *p->text != 0;
	else if (strchr(OPERATORS "|&", *p->text))
		len = strspn(p->text, OPERATORS "|&");
	else
		len = strcspn(p->text, " \t()|&" OPERATORS);
	if (len >= WORD)
		len = WORD - 1;
	memcpy(p->word, p->text, len);
	p->word[len] = 0;
	p->text += len;
}

static bool is(const struct parser *p, const char *a, const char *b, const char *c)
{
	return !strcmp(p->word, a) || !strcmp(p->word, b) || !strcmp(p->word, c);
}

static int node(struct parser *p, const struct anp_match_node *n)
{
	if (p->m->count == ANP_MATCH_NODES)
		return fail(p, "the filter is too long");
	p->m->nodes[p->m->count] = *n;
	return p->m->count++;
}

static int negate(struct parser *p, int left)
{
	return left < 0 ? left : node(p, &(struct anp_match_node){
		.kind = ANP_MATCH_NOT, .left = left,
	});
}

static int port_number(const char *text, unsigned int *port)
{
	struct servent *service;
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (*text >= '0' && *text <= '9' && !*end && number < 65536) {
		*port = number;
		return 0;
	}
	service = getservbyname(text, NULL);
	if (!service)
		return -1;
	*port = ntohs(service->s_port);
	return 0;
}

enum comparison { EQ, NE, GE, LE, GT, LT };

/* The comparison at the parser's word, if one is there; what is left out is "is". */
static enum comparison comparison(struct parser *p)
{
	static const char * const words[][4] = {
		[EQ] = { "=", "==", "eq", "is" }, [NE] = { "!=", "ne", "neq", "<>" },
		[GE] = { ">=", "ge", "geq", "=>" }, [LE] = { "<=", "le", "leq", "=<" },
		[GT] = { ">", "gt", ">", ">" }, [LT] = { "<", "lt", "<", "<" },
	};
	enum comparison c;
	int i;

	for (c = EQ; c <= LT; c++) {
		for (i = 0; i < 4; i++) {
			if (strcmp(p->word, words[c][i]))
				continue;
			advance(p);
			return c;
		}
	}
	return EQ;
}

static int port_node(struct parser *p, const char *text, enum comparison c, bool peer)
{
	struct anp_match_node n = { .kind = ANP_MATCH_PORT, .peer = peer, .max = 65535 };
	unsigned int port;
	int at;

	if (port_number(text, &port) < 0)
		return fail(p, "'%s' is no port", text);
	/* One past an end makes a range that nothing is in. */
	if (c == EQ || c == NE || c == GE)
		n.min = port;
	if (c == EQ || c == NE || c == LE)
		n.max = port;
	if (c == GT)
		n.min = port + 1;
	if (c == LT && port)
		n.max = port - 1;
	if (c == LT && !port)
		n.min = 65536;
	at = node(p, &n);
	return c == NE ? negate(p, at) : at;
}

static int parse_port(struct parser *p, bool peer)
{
	enum comparison c;
	const char *text;
	int at;

	advance(p);
	c = comparison(p);
	text = p->word + (*p->word == ':');
	if (!*text)
		return fail(p, "which port?");
	at = port_node(p, text, c, peer);
	advance(p);
	return at;
}

/* ADDRESS, ADDRESS/LENGTH, either with :PORT behind it, or :PORT; * is any address. */
static int parse_host(struct parser *p, bool peer)
{
	struct anp_match_node n = { .kind = ANP_MATCH_ADDR, .peer = peer };
	char *text = p->word, *port, *slash, *end;
	struct anp_match_node both = { .kind = ANP_MATCH_AND };
	unsigned long bits = 32;
	enum comparison c;
	struct in_addr in;
	int at;

	advance(p);
	c = comparison(p);
	if (c != EQ && c != NE)
		return fail(p, "addresses are equal or not");
	if (!*text)
		return fail(p, "which address?");
	port = strchr(text, ':');
	if (port)
		*port++ = 0;
	slash = strchr(text, '/');
	if (slash) {
		*slash++ = 0;
		bits = strtoul(slash, &end, 10);
		if (!*slash || *end || bits > 32)
			return fail(p, "'/%s' is no length of a prefix", slash);
	}
	if (*text && strcmp(text, "*")) {
		if (inet_pton(AF_INET, text, &in) != 1)
			return fail(p, "'%s' is no IPv4 address", text);
		n.mask = bits ? htonl(~0u << (32 - bits)) : 0;
		n.addr = in.s_addr & n.mask;
	}
	at = node(p, &n);
	if (at >= 0 && port && strcmp(port, "*")) {
		both.left = at;
		both.right = port_node(p, port, EQ, peer);
		at = both.right < 0 ? -1 : node(p, &both);
	}
	advance(p);
	return c == NE ? negate(p, at) : at;
}

static int parse_dev(struct parser *p)
{
	struct anp_match_node n = { .kind = ANP_MATCH_DEV };
	enum comparison c;
	int at;

	advance(p);
	c = comparison(p);
	if (c != EQ && c != NE)
		return fail(p, "devices are equal or not");
	if (!*p->word)
		return fail(p, "which device?");
	n.min = if_nametoindex(p->word);
	if (!n.min)
		return fail(p, "there is no device '%s'", p->word);
	advance(p);
	at = node(p, &n);
	return c == NE ? negate(p, at) : at;
}

static int parse_or(struct parser *p);

static int parse_bracket(struct parser *p)
{
	int at;

	advance(p);
	if (++p->depth > DEPTH)
		return fail(p, "the filter is too deep");
	at = parse_or(p);
	p->depth--;
	if (at < 0)
		return at;
	if (strcmp(p->word, ")"))
		return fail(p, "')' is missing");
	advance(p);
	return at;
}

static int parse_one(struct parser *p)
{
	bool no = false;

	while (is(p, "not", "!", "!")) {
		no = !no;
		advance(p);
	}
	if (no)
		return negate(p, parse_one(p));
	if (!strcmp(p->word, "("))
		return parse_bracket(p);
	if (!strcmp(p->word, "sport"))
		return parse_port(p, false);
	if (!strcmp(p->word, "dport"))
		return parse_port(p, true);
	if (!strcmp(p->word, "src"))
		return parse_host(p, false);
	if (!strcmp(p->word, "dst"))
		return parse_host(p, true);
	if (!strcmp(p->word, "dev"))
		return parse_dev(p);
	if (!*p->word)
		return fail(p, "the filter ends too early");
	return fail(p, "expected sport, dport, src, dst or dev, not '%s'", p->word);
}

static int join(struct parser *p, enum anp_match_kind kind, int left, int right)
{
	struct anp_match_node n = { .kind = kind, .left = left, .right = right };

	return left < 0 || right < 0 ? -1 : node(p, &n);
}

static int parse_and(struct parser *p)
{
	int left = parse_one(p);

	/* As in ss, what just stands side by side must hold together. */
	while (left >= 0 && *p->word && strcmp(p->word, ")") && !is(p, "or", "|", "||")) {
		if (is(p, "and", "&", "&&"))
			advance(p);
		left = join(p, ANP_MATCH_AND, left, parse_one(p));
	}
	return left;
}

static int parse_or(struct parser *p)
{
	int left = parse_and(p);

	while (left >= 0 && is(p, "or", "|", "||")) {
		advance(p);
		left = join(p, ANP_MATCH_OR, left, parse_and(p));
	}
	return left;
}

int anp_match_parse(char *const *words, struct anp_match *m, char *error, size_t size)
{
	struct parser p = { .m = m, .error = error, .size = size };
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	memset(m, 0, sizeof(*m));
	if (!*words)
		return 0;
	f = open_memstream(&text, &len);
	if (!f)
		return fail(&p, "out of memory");
	for (; *words; words++)
		fprintf(f, "%s ", *words);
	fclose(f);
	p.text = text;
	advance(&p);
	m->root = parse_or(&p);
	if (m->root >= 0 && *p.word)
		m->root = fail(&p, "'%s' stands where nothing is expected", p.word);
	free(text);
	return m->root < 0 ? -1 : 0;
}

static bool fits(const struct anp_match *m, int at, const struct anp_socket *s)
{
	const struct anp_match_node *n = &m->nodes[at];
	unsigned int port = n->peer ? s->peer_port : s->local_port;
	uint32_t addr = n->peer ? s->peer_addr : s->local_addr;

	switch (n->kind) {
	case ANP_MATCH_AND:
		return fits(m, n->left, s) && fits(m, n->right, s);
	case ANP_MATCH_OR:
		return fits(m, n->left, s) || fits(m, n->right, s);
	case ANP_MATCH_NOT:
		return !fits(m, n->left, s);
	case ANP_MATCH_PORT:
		return port >= n->min && port <= n->max;
	case ANP_MATCH_ADDR:
		return !((addr ^ n->addr) & n->mask);
	case ANP_MATCH_DEV:
		return s->dev == n->min;
	}
	return false;
}

bool anp_match_fits(const struct anp_match *m, const struct anp_socket *s)
{
	return !m->count || fits(m, m->root, s);
}

/* What holds together narrows; of alternatives and opposites nothing is known here. */
static void narrow(const struct anp_match *m, int at, struct anp_match_range *range)
{
	const struct anp_match_node *n = &m->nodes[at];
	int i = n->peer;

	if (n->kind == ANP_MATCH_AND) {
		narrow(m, n->left, range);
		narrow(m, n->right, range);
	} else if (n->kind == ANP_MATCH_PORT && n->min <= 65535) {
		if (n->min > range->min[i])
			range->min[i] = n->min;
		if (n->max < range->max[i])
			range->max[i] = n->max;
	} else if (n->kind == ANP_MATCH_ADDR && ntohl(n->mask) > ntohl(range->mask[i])) {
		/* Two prefixes may contradict each other. */
		range->exact &= !range->mask[i];
		range->addr[i] = n->addr;
		range->mask[i] = n->mask;
	} else {
		range->exact = false;
	}
}

void anp_match_narrow(const struct anp_match *m, struct anp_match_range *range)
{
	*range = (struct anp_match_range){ .max = { 65535, 65535 }, .exact = true };
	if (m->count)
		narrow(m, m->root, range);
}
