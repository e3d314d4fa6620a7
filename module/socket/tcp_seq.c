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

/* The columns that all objects have; @timer: 1 rtx, 2 keepalive, 3 TIME-WAIT, 4 probe, as Linux. */
struct line {
	u8		state;
	u32		tx, rx;
	u8		timer;
	u64		due;		/* us */
	u32		retransmits;
	unsigned int	uid;
	u32		timeout;
	u64		inode;
	int		ref;
};

static void line_show(struct seq_file *seq, const struct sock *sk, const struct line *l)
{
	const struct anp_seq_state *st = seq->private;
	u64 now = anp_tcp_now();
	unsigned long when = 0;

	if (l->timer && l->due > now)
		when = div_u64(l->due - now, USEC_PER_SEC / USER_HZ);
	seq_printf(seq, "%4u: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8u %llu %d 0",
		   st->bucket, (__force u32)sk->sk_rcv_saddr, sk->sk_num,
		   (__force u32)sk->sk_daddr, ntohs(sk->sk_dport), l->state, l->tx, l->rx,
		   l->timer, when, l->retransmits, l->uid, l->timeout, l->inode, l->ref);
}

static void timer_of(const struct anp_tcb *t, struct line *l)
{
	if (READ_ONCE(t->t_rtx)) {
		/* With nothing in flight it is the window that is probed. */
		l->timer = READ_ONCE(t->snd_nxt) == READ_ONCE(t->snd_una) ? 4 : 1;
		l->due = READ_ONCE(t->t_rtx);
	} else if (READ_ONCE(t->t_keep) || READ_ONCE(t->t_close)) {
		/* As in Linux, an orphan in FIN-WAIT-2 is timed as keepalive. */
		l->timer = 2;
		l->due = READ_ONCE(t->t_keep) ?: READ_ONCE(t->t_close);
	}
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
	const struct anp_tcb *t = anp_tcb(sk);
	struct line l = {
		.state	= sk->sk_state,
		.uid	= from_kuid_munged(seq_user_ns(seq), sk_uid(sk)),
		.inode	= sock_i_ino(sk),
		.ref	= refcount_read(&sk->sk_refcnt),
	};

	if (l.state == TCP_LISTEN) {
		/* As `ss` shows a listener: how many wait, and how many may. */
		l.rx = READ_ONCE(sk->sk_ack_backlog);
		l.tx = READ_ONCE(sk->sk_max_ack_backlog);
	} else {
		l.rx = max_t(s32, READ_ONCE(t->rcv_nxt) - READ_ONCE(t->copied_seq), 0);
		l.tx = READ_ONCE(t->write_seq) - READ_ONCE(t->snd_una);
		l.retransmits = t->retransmits;
		l.timeout = t->probes;
		timer_of(t, &l);
	}
	line_show(seq, sk, &l);
	seq_printf(seq, " rmem=%d wmem=%d rcvbuf=%d sndbuf=%d drops=%d",
		   atomic_read(&sk->sk_rmem_alloc), READ_ONCE(sk->sk_wmem_queued),
		   READ_ONCE(sk->sk_rcvbuf), READ_ONCE(sk->sk_sndbuf),
		   atomic_read(&sk->sk_drops));
	if (l.state != TCP_LISTEN)
		tcb_show(seq, t);
}

static void req_show(struct seq_file *seq, const struct anp_req *req)
{
	const struct line l = {
		.state		= TCP_SYN_RECV,
		.timer		= 1,
		.due		= READ_ONCE(req->req.deadline),
		.retransmits	= req->req.rexmits,
		.uid		= from_kuid_munged(seq_user_ns(seq), sk_uid(req->listener)),
		.ref		= refcount_read(&req->common.skc_refcnt),
	};

	line_show(seq, (const struct sock *)req, &l);
}

static void tw_show(struct seq_file *seq, const struct anp_tw *tw)
{
	const struct line l = {
		.state	= READ_ONCE(tw->tw.substate),
		.timer	= 3,
		.due	= READ_ONCE(tw->tw.deadline),
		.ref	= refcount_read(&tw->common.skc_refcnt),
	};

	line_show(seq, (const struct sock *)tw, &l);
}

static int seq_line(struct seq_file *seq, void *v)
{
	struct sock *sk = v;

	if (v == SEQ_START_TOKEN)
		seq_puts(seq, LINE_HEAD);
	else if (sk->sk_state == TCP_TIME_WAIT)
		tw_show(seq, v);
	else if (sk->sk_state == TCP_NEW_SYN_RECV)
		req_show(seq, v);
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
