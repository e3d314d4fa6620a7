// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/net/anp/udp, icmp and raw: the bound sockets, in the columns of /proc/net/udp,
 * then what `ss -m` shows.
 */
#include <linux/seq_file.h>
#include "observe/proc.h"
#include "udp.h"

/*
 * A position is the number of the bucket plus one and the number of the socket in it, so that a
 * read goes on where the one before ended without counting from the start.
 */
#define POS_SHIFT	32

static struct anp_udp_table *seq_table(const struct seq_file *seq)
{
	return seq->op == &anp_icmp_seq_ops ? &anp_ping_table :
	       seq->op == &anp_raw_seq_ops ? &anp_raw_table : &anp_udp_table;
}

/* The socket of the namespace at or behind *@pos, or NULL at the end.  Under RCU. */
static struct sock *seq_find(struct seq_file *seq, loff_t *pos)
{
	struct anp_seq_state *st = seq->private;
	struct anp_udp_table *t = seq_table(seq);
	u32 skip = lower_32_bits(*pos), i;
	u64 bucket = *pos >> POS_SHIFT;
	struct sock *sk;

	for (; bucket <= ANP_UDP_BUCKETS; bucket++, skip = 0) {
		i = 0;
		sk_for_each_rcu(sk, &t->buckets[bucket - 1].head) {
			if (!net_eq(sock_net(sk), seq_file_net(seq)) || i++ < skip)
				continue;
			st->bucket = bucket - 1;
			*pos = (bucket << POS_SHIFT) + i - 1;
			return sk;
		}
	}
	*pos = bucket << POS_SHIFT;
	return NULL;
}

static void *anp_udp_seq_start(struct seq_file *seq, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!*pos)
		return SEQ_START_TOKEN;
	/* Only whole tables and what follows from them: nobody else knows the positions. */
	if (*pos < 1LL << POS_SHIFT)
		*pos = 1LL << POS_SHIFT;
	return seq_find(seq, pos);
}

static void *anp_udp_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	if (v == SEQ_START_TOKEN)
		*pos = 1LL << POS_SHIFT;
	else
		(*pos)++;
	return seq_find(seq, pos);
}

static void anp_udp_seq_stop(struct seq_file *seq, void *v)
	__releases(RCU)
{
	rcu_read_unlock();
}

static void show_sock(struct seq_file *seq, struct sock *sk)
{
	const struct anp_seq_state *st = seq->private;
	const struct inet_sock *inet = inet_sk(sk);
	int wmem = sk_wmem_alloc_get(sk), rmem = sk_rmem_alloc_get(sk);
	int drops = atomic_read(&sk->sk_drops);

	seq_printf(seq,
		   "%5u: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %llu %d %pK %u",
		   st->bucket, inet->inet_rcv_saddr, ntohs(inet->inet_sport),
		   inet->inet_daddr, ntohs(inet->inet_dport), sk->sk_state, wmem, rmem, 0, 0L, 0,
		   from_kuid_munged(seq_user_ns(seq), sk_uid(sk)), 0, (u64)sock_i_ino(sk),
		   refcount_read(&sk->sk_refcnt), sk, drops);
	seq_printf(seq, " rmem=%d wmem=%d rcvbuf=%d sndbuf=%d drops=%u\n", rmem, wmem,
		   READ_ONCE(sk->sk_rcvbuf), READ_ONCE(sk->sk_sndbuf), drops);
}

static int anp_udp_seq_show(struct seq_file *seq, void *v)
{
	if (v == SEQ_START_TOKEN)
		seq_puts(seq,
			 "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n");
	else
		show_sock(seq, v);
	return 0;
}

const struct seq_operations anp_udp_seq_ops = {
	.start	= anp_udp_seq_start,
	.next	= anp_udp_seq_next,
	.stop	= anp_udp_seq_stop,
	.show	= anp_udp_seq_show,
};

/* The same functions: the address of the table says which it is. */
const struct seq_operations anp_icmp_seq_ops = {
	.start	= anp_udp_seq_start,
	.next	= anp_udp_seq_next,
	.stop	= anp_udp_seq_stop,
	.show	= anp_udp_seq_show,
};

const struct seq_operations anp_raw_seq_ops = {
	.start	= anp_udp_seq_start,
	.next	= anp_udp_seq_next,
	.stop	= anp_udp_seq_stop,
	.show	= anp_udp_seq_show,
};
