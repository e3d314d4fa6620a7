// SPDX-License-Identifier: GPL-2.0
/*
 * SO_TIMESTAMPING of what a stream sends: each send that asks for it has an skb of its own end, so the
 * stamps are those of its last byte.  The core makes the stamps of the qdisc and the device; here is
 * that of the acknowledgment, and what the skb has to say of itself.
 */
#include <linux/errqueue.h>
#include <net/tcp.h>
#include "../tcp/tcp.h"
#include "stream.h"

/*
 * SOF_TIMESTAMPING_OPT_ID: a stamp is told by the number of its byte.  The core counts from a field of
 * struct tcp_sock for AF_INET only; for others it sets sk_tskey to 0 when the option is switched on,
 * so the count begins here, with the next byte to be sent (as SOF_TIMESTAMPING_OPT_ID_TCP has it).
 */
void anp_stream_tskey_begin(struct sock *sk, const struct anp_tcb *t)
{
	if (!atomic_read(&sk->sk_tskey))
		/* Once in four billion a number is one too low, but it is never taken for none. */
		atomic_set(&sk->sk_tskey, t->write_seq ?: 1);
}

u32 anp_stream_tskey(const struct sock *sk, u32 seq)
{
	return READ_ONCE(sk->sk_tsflags) & SOF_TIMESTAMPING_OPT_ID ?
	       seq - atomic_read(&sk->sk_tskey) : seq;
}

void anp_stream_tstamp(struct anp_tcb *t, u32 tsflags)
{
	/* A send that stopped half way has no more to say than what is in flight. */
	struct sk_buff *skb = skb_peek_tail(&t->sndq) ?: skb_rb_last(&t->rtxq);
	struct anp_tcp_cb *cb;

	if (!skb || !(tsflags & SOF_TIMESTAMPING_TX_RECORD_MASK))
		return;
	cb = ANP_TCP_CB(skb);
	__sock_tx_timestamp(tsflags, &skb_shinfo(skb)->tx_flags);
	skb_shinfo(skb)->tskey = cb->seq + skb->len - 1;
	cb->tx.tstamp_ack |= !!(tsflags & SOF_TIMESTAMPING_TX_ACK);
	cb->tx.eor = 1;
}

void anp_tcp_tstamp_acked(struct anp_tcb *t, struct sk_buff *skb)
{
	if (!seq_lt(skb_shinfo(skb)->tskey, t->snd_una))
		return;
	/* It has been in a tree, whose pointers lie there. */
	skb->dev = NULL;
	/* And is freed next: its control block says no more. */
	anp_skb_want_ack_stamp(skb);
	__skb_tstamp_tx(skb, NULL, NULL, anp_tcb_sk(t), SCM_TSTAMP_ACK);
}

void anp_tcp_tstamp_split(struct sk_buff *from, struct sk_buff *to)
{
	struct skb_shared_info *si = skb_shinfo(from), *si2 = skb_shinfo(to);
	u8 stamps = si->tx_flags & SKBTX_ANY_TSTAMP;

	if (seq_lt(si->tskey, ANP_TCP_CB(to)->seq)) {
		ANP_TCP_CB(to)->tx.tstamp_ack = 0;
		return;
	}
	ANP_TCP_CB(from)->tx.tstamp_ack = 0;
	si->tx_flags &= ~stamps;
	si2->tx_flags |= stamps;
	si2->tskey = si->tskey;
}
