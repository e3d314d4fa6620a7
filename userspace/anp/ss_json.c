// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets as JSON, for scripts: everything that the kernel tells, in its own units.
 */
#include <arpa/inet.h>

#include "json.h"
#include "ss.h"

static void endpoint(struct anp_json *j, const char *key, uint32_t addr, unsigned int port)
{
	struct in_addr in = { .s_addr = addr };
	char text[INET_ADDRSTRLEN];

	anp_json_open(j, key, '{');
	anp_json_string(j, "address", inet_ntop(AF_INET, &in, text, sizeof(text)));
	anp_json_number(j, "port", port);
	anp_json_close(j, '}');
}

static void items(struct anp_json *j, const char *key, const struct anp_socket *s,
		  enum anp_item from, enum anp_item to)
{
	enum anp_item i;

	anp_json_open(j, key, '{');
	for (i = from; i < to; i++)
		anp_json_number(j, anp_item_name(i), s->items[i]);
	if (from == 0 && s->congestion[0])
		anp_json_string(j, "congestion", s->congestion);
	anp_json_close(j, '}');
}

static void processes(struct anp_json *j, const struct anp_ss *ss, const struct anp_socket *s)
{
	size_t count, i;
	const struct anp_user *user = anp_users_of(ss->users, s->inode, &count);

	anp_json_open(j, "processes", '[');
	for (i = 0; i < count; i++) {
		anp_json_open(j, NULL, '{');
		anp_json_string(j, "name", user[i].name);
		anp_json_number(j, "pid", user[i].pid);
		anp_json_number(j, "fd", user[i].fd);
		anp_json_close(j, '}');
	}
	anp_json_close(j, ']');
}

void anp_ss_members(struct anp_json *j, const struct anp_ss *ss, const struct anp_socket *s)
{
	anp_json_string(j, "netid", anp_table_name(s->table));
	anp_json_string(j, "state", anp_state_name(s->state));
	anp_json_number(j, "recv_q", s->recv_queue);
	anp_json_number(j, "send_q", s->send_queue);
	endpoint(j, "local", s->local_addr, s->local_port);
	endpoint(j, "peer", s->peer_addr, s->peer_port);
	anp_json_number(j, "uid", s->uid);
	anp_json_number(j, "inode", s->inode);
	anp_json_number(j, "cookie", s->cookie);
	if (s->dev)
		anp_json_number(j, "ifindex", s->dev);
	if (s->timer) {
		anp_json_open(j, "timer", '{');
		anp_json_string(j, "name", anp_timer_name(s->timer));
		anp_json_number(j, "expires_ms", s->timer_ms);
		anp_json_number(j, "tries", s->timer_tries);
		anp_json_close(j, '}');
	}
	if (s->has_tcp)
		items(j, "tcp", s, 0, ANP_ITEM_MEMORY);
	if (s->has_memory)
		items(j, "memory", s, ANP_ITEM_MEMORY, ANP_ITEMS);
	if (ss->users)
		processes(j, ss, s);
}

void anp_ss_json(const struct anp_ss *ss, const struct anp_sockets *sockets, FILE *to)
{
	struct anp_json j = { .to = to };
	size_t i;

	anp_json_open(&j, NULL, '[');
	for (i = 0; i < sockets->count; i++) {
		if (anp_ss_wants(ss, &sockets->list[i])) {
			anp_json_open(&j, NULL, '{');
			anp_ss_members(&j, ss, &sockets->list[i]);
			anp_json_close(&j, '}');
		}
	}
	anp_json_close(&j, ']');
}
