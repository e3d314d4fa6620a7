// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/anp/tcp: the columns of Linux' /proc/net/tcp, then name=value pairs.  A position is a
 * bucket of a hash and a place in it, listeners first, so a read never walks more than one chain
 * for nothing.
 */
#include "../observe/proc.h"
#include "../tcp/tcp.h"
#include "stream.h"

#define PLACE_BITS	24
#define LINE_HEAD	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when " \
			"retrnsmt   uid  timeout inode"

static struct hlist_nulls_head *bucket_lock(unsigned int i)
{
	return i < anp_lhash_size() ? anp_lhash_lock(i) : anp_ehash_lock(i - anp_lhash_size());
}

static void bucket_unlock(unsigned int i)
{
	if (i < anp_lhash_size())
		anp_lhash_unlock(i);
	else
		anp_ehash_unlock(i - anp_lhash_size());
}

static bool bucket_empty(unsigned int i)
{
	return i >= anp_lhash_size() && anp_ehash_empty(i - anp_lhash_size());
}

/* The first object of the namespace at or after *@pos, its bucket locked; NULL: no more. */
static struct sock *seek(struct seq_file *seq, loff_t *pos)
{
	struct anp_seq_state *st = seq->private;
	u64 at = *pos - 1, place = at & ((1ull << PLACE_BITS) - 1), n;
	unsigned int end = anp_lhash_size() + anp_ehash_size();
	const struct hlist_nulls_node *node;
	struct hlist_nulls_head *head;
	struct sock *sk;

	for (st->bucket = at >> PLACE_BITS; st->bucket < end; st->bucket++, place = 0) {
		if (bucket_empty(st->bucket)) {
			cond_resched();
			continue;
		}
		head = bucket_lock(st->bucket);
		n = 0;
		sk_nulls_for_each(sk, node, head) {
			if (n++ < place || !net_eq(sock_net(sk), seq_file_net(seq)))
				continue;
			*pos = 1 + ((u64)st->bucket << PLACE_BITS | (n - 1));
			return sk;
		}
		bucket_unlock(st->bucket);
		cond_resched();
	}
	*pos = 1 + ((u64)end << PLACE_BITS);
	return NULL;
}

static void *seq_begin(struct seq_file *seq, loff_t *pos)
{
	return *pos ? seek(seq, pos) : SEQ_START_TOKEN;
}

static void *seq_advance(struct seq_file *seq, void *v, loff_t *pos)
{
	struct anp_seq_state *st = seq->private;

	if (v != SEQ_START_TOKEN)
		bucket_unlock(st->bucket);
	++*pos;
	return seek(seq, pos);
}

static void seq_end(struct seq_file *seq, void *v)
{
	struct anp_seq_state *st = seq->private;

	if (v && v != SEQ_START_TOKEN)
		bucket_unlock(st->bucket);
}

static void line_show(struct seq_file *seq, const struct sock *sk, const struct anp_tcp_brief *b,
		      kuid_t uid, u64 inode)
{
	const struct anp_seq_state *st = seq->private;
	u64 now = anp_tcp_now();
	unsigned long when = 0;

	if (b->timer && b->due > now)
		when = div_u64(b->due - now, USEC_PER_SEC / USER_HZ);
	seq_printf(seq, "%4u: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8u %llu %d 0",
		   st->bucket, (__force u32)sk->sk_rcv_saddr, sk->sk_num,
		   (__force u32)sk->sk_daddr, ntohs(sk->sk_dport), b->state, b->tx, b->rx,
		   b->timer, when, b->retransmits, from_kuid_munged(seq_user_ns(seq), uid),
		   b->probes, inode, refcount_read(&sk->sk_refcnt));
}

static void tcb_show(struct seq_file *seq, const struct anp_tcb *t)
{
	seq_printf(seq, " rto=%u srtt=%u rttvar=%u cwnd=%u ssthresh=%u mss=%u pmtu=%u",
		   t->rto, t->srtt, t->rttvar, t->cwnd, t->ssthresh, t->mss,
		   t->mss_local + ANP_TCP_HEADERS);
	seq_printf(seq, " snd_wnd=%u rcv_wnd=%u wscale=%u,%u unacked=%u retrans=%u/%u",
		   t->snd_wnd, t->rcv_wnd, t->snd_wscale, t->rcv_wscale,
		   t->snd_nxt - t->snd_una, t->retransmits, t->total_retrans);
	seq_printf(seq, " bytes_acked=%llu bytes_received=%llu segs_out=%u segs_in=%u ca=%s",
		   t->bytes_acked, t->bytes_received, t->segs_out, t->segs_in,
		   READ_ONCE(t->cong)->name);
}

/* Read without the socket lock: each number is one that was true, together they may not be. */
static void sk_show(struct seq_file *seq, struct sock *sk)
{
	const struct anp_tcb *t;
	struct anp_tcp_brief b;
	struct anp_tcb room;

	anp_tcp_brief(sk, &b);
	line_show(seq, sk, &b, sk_uid(sk), sock_i_ino(sk));
	seq_printf(seq, " rmem=%d wmem=%d rcvbuf=%d sndbuf=%d drops=%d",
		   atomic_read(&sk->sk_rmem_alloc), READ_ONCE(sk->sk_wmem_queued),
		   READ_ONCE(sk->sk_rcvbuf), READ_ONCE(sk->sk_sndbuf),
		   atomic_read(&sk->sk_drops));
	if (b.state == TCP_LISTEN)
		return;
	rcu_read_lock();
	t = anp_tcb_look(sk, &room);
	if (t)
		tcb_show(seq, t);
	rcu_read_unlock();
}

/* A request or a TIME-WAIT. */
static void small_show(struct seq_file *seq, const struct sock *sk, kuid_t uid)
{
	struct anp_tcp_brief b;

	anp_tcp_brief(sk, &b);
	line_show(seq, sk, &b, uid, 0);
}

static int seq_line(struct seq_file *seq, void *v)
{
	struct sock *sk = v;

	if (v == SEQ_START_TOKEN)
		seq_puts(seq, LINE_HEAD);
	else if (sk->sk_state == TCP_TIME_WAIT)
		small_show(seq, sk, GLOBAL_ROOT_UID);
	else if (sk->sk_state == TCP_NEW_SYN_RECV)
		small_show(seq, sk, sk_uid(((struct anp_req *)v)->listener));
	else
		sk_show(seq, sk);
	seq_putc(seq, '\n');
	return 0;
}

const struct seq_operations anp_tcp_seq_ops = {
	.start	= seq_begin,
	.next	= seq_advance,
	.stop	= seq_end,
	.show	= seq_line,
};
