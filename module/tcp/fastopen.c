// SPDX-License-Identifier: GPL-2.0
/*
 * Fast Open (RFC 7413): data rides on the SYN of a client that has proved its address once before,
 * by a cookie that the server made of it.  Which cookie belongs to which server, and how many
 * connections may be open so, the host knows; here is what goes on the wire and what follows from
 * it.
 */
#include <linux/unaligned.h>
#include "engine.h"

/* As Linux makes them, so that hosts behind one address may share a key. */
void anp_tcp_foc_make(struct anp_tcp_foc *foc, const siphash_key_t *key,
		      const struct anp_tcp_flow *f)
{
	u64 hash = siphash_2u32((__force u32)f->faddr, (__force u32)f->laddr, key);

	foc->len = ANP_TCP_FOC_LEN;
	put_unaligned_le64(hash, foc->val);
}

/* The number, from 1, of the key that made @foc; 0: none of ours. */
static unsigned int foc_check(const struct anp_tcp_foc *foc, const struct anp_tcp_fo_keys *keys,
			      const struct anp_tcp_flow *f)
{
	struct anp_tcp_foc good;
	unsigned int i;

	if (foc->len != ANP_TCP_FOC_LEN)
		return 0;
	for (i = 0; i < keys->n; i++) {
		anp_tcp_foc_make(&good, &keys->key[i], f);
		if (!memcmp(good.val, foc->val, ANP_TCP_FOC_LEN))
			return i + 1;
	}
	return 0;
}

bool anp_tcp_fo_asks(const struct sk_buff *skb)
{
	struct anp_tcp_opts o;

	anp_tcp_syn_parse(skb, &o);
	return o.foc_ok;
}

enum anp_tcp_fo_verdict anp_tcp_fo_listen(const struct sk_buff *skb,
					  const struct anp_tcp_fo_keys *keys,
					  const struct anp_tcp_flow *f, bool open,
					  struct anp_tcp_foc *give)
{
	const struct anp_tcp_cb *cb = ANP_TCP_CB(skb);
	bool has_data = skb->len > cb->hdrlen;
	struct anp_tcp_opts o;
	unsigned int by;

	anp_tcp_syn_parse(skb, &o);
	give->len = ANP_TCP_FOC_NONE;
	if (!o.foc_ok && !(open && has_data))
		return ANP_TCP_FO_REQ;
	if (open)
		return ANP_TCP_FO_CHILD;
	by = foc_check(&o.foc, keys, f);
	/* RFC 7413 4.1.2: asked for, wrong, or made with a key that goes out of use: a new one. */
	if (by != 1)
		anp_tcp_foc_make(give, &keys->key[0], f);
	if (by > 1)
		anp_tcp_host_count(NULL, ANP_MIB_TCP_FO_PASSIVE_ALT_KEY);
	if (!by && o.foc.len)
		anp_tcp_host_count(NULL, ANP_MIB_TCP_FO_PASSIVE_FAIL);
	return by ? ANP_TCP_FO_CHILD : ANP_TCP_FO_REQ;
}

u32 anp_tcp_fo_room(const struct anp_tcb *t)
{
	/* All options there can be: their bytes come off the SYN. */
	return t->mss - min_t(u32, t->mss, ANP_TCP_OPTS_MAX);
}

int anp_tcp_fo_syn(struct anp_tcb *t, const struct anp_tcp_foc *foc)
{
	const struct anp_tcp_foc *opt = foc->len == ANP_TCP_FOC_NONE ? NULL : foc;
	struct sk_buff *skb = foc->len ? skb_peek(&t->sndq) : NULL, *copy;
	struct anp_tcp_cb *cb;

	t->fo_asked = !!opt;
	copy = skb ? anp_tcp_queued_clone(skb) : NULL;
	/* Without memory the data waits for the handshake. */
	if (!copy)
		return anp_tcp_send_syn(t, NULL, opt);
	cb = ANP_TCP_CB(skb);
	__skb_unlink(skb, &t->sndq);
	skb_shinfo(copy)->gso_size = 0;
	skb_shinfo(copy)->gso_segs = 1;
	skb_shinfo(copy)->gso_type = 0;
	cb->tx.sent_at = t->now;
	t->fo_data = 1;
	t->snd_nxt = cb->end_seq;
	t->snd_sml = cb->end_seq;
	t->data_segs_out++;
	t->bytes_sent += skb->len;
	anp_tcp_host_count(t, ANP_MIB_TCP_ORIG_DATA_SENT);
	anp_tcp_rtx_add(t, skb);
	return anp_tcp_send_syn(t, copy, opt);
}

/* RFC 7413 4.2.2: data that the SYN-ACK does not acknowledge is sent again, now as ordinary data. */
static void data_refused(struct anp_tcb *t)
{
	t->fo_fail = t->synacked_rexmit ? TFO_SYN_RETRANSMITTED : TFO_DATA_NOT_ACKED;
	anp_tcp_host_count(t, ANP_MIB_TCP_FO_ACTIVE_FAIL);
	anp_tcp_recovery_refused(t);
	anp_tcp_rtx_arm(t);
}

void anp_tcp_fo_answered(struct anp_tcb *t, const struct anp_tcp_opts *o, u32 ack)
{
	bool has_cookie = o && o->foc_ok && o->foc.len && t->fo_asked;
	bool refused;

	if (seq_gt(ack, t->snd_una))
		anp_tcp_ack_syn_data(t, ack);
	refused = t->fo_data && anp_tcp_flight(t);
	/* RFC 7413 4.1.3.1: the SYN with data was lost, perhaps for its data. */
	if (t->fo_asked && o)
		anp_tcp_host_fo_learn(t, has_cookie ? &o->foc : NULL,
				      refused && !has_cookie && t->synacked_rexmit);
	if (refused) {
		data_refused(t);
	} else if (t->fo_data) {
		t->fo_acked = 1;
		anp_tcp_host_count(t, ANP_MIB_TCP_FO_ACTIVE);
	}
}

/* As Linux: the third timeout in a row, or the last one. */
void anp_tcp_fo_timeout(struct anp_tcb *t, bool expired)
{
	if (t->retransmits != 2 && !(t->retransmits < 2 && expired))
		return;
	anp_tcp_host_count(t, ANP_MIB_TCP_FO_ACTIVE_FAIL);
	anp_tcp_host_fo_path(t, false);
}

void anp_tcp_fo_end(struct anp_tcb *t)
{
	struct rb_node *first = rb_first(&t->ooq);

	/* As Linux: nothing came through but the end. */
	if (t->bytes_received)
		anp_tcp_host_fo_path(t, true);
	else if (first && !rb_next(first) && (ANP_TCP_CB(rb_to_skb(first))->flags & ANP_TCP_FIN))
		anp_tcp_host_fo_path(t, false);
}
