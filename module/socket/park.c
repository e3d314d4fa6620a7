// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets at rest.  Of a connection on which nothing has happened for a second the host keeps a
 * struct anp_tcp_parked inside the socket; the tcb with all around it is made anew when a segment, a
 * timer or the program comes.  Most connections of a busy server are at rest.
 *
 * Only the timer parks, and only a socket that nobody owns.  So a pointer to a tcb is good while the
 * lock is held, and has to be asked for again after every wait that gives the lock back.
 */
#include "../tcp/tcp.h"
#include "stream.h"

#define PARK_AFTER	USEC_PER_SEC	/* longer than the round trips of most dialogues */

static struct kmem_cache *conn_cache;

static struct anp_tcp_conn *conn_alloc(struct sock *sk, gfp_t gfp)
{
	struct anp_tcp_conn *conn = kmem_cache_alloc(conn_cache, gfp);

	if (!conn)
		return NULL;
	conn->sk = sk;
	conn->route.dev = NULL;
	conn->route_mtu = 0;
	/* The timer may be armed for later: whatever comes first then arms it. */
	conn->timer_due = U64_MAX;
	conn->spare = NULL;
	conn->fo_listener = NULL;
	conn->saved_syn = NULL;
	memset(&conn->lat, 0, sizeof(conn->lat));
	return conn;
}

int anp_tcp_conn_new(struct sock *sk, gfp_t gfp)
{
	anp_tcp_sk(sk)->conn = conn_alloc(sk, gfp);
	return anp_tcp_sk(sk)->conn ? 0 : -ENOBUFS;
}

ALLOW_ERROR_INJECTION(anp_tcp_conn_new, ERRNO);

void anp_tcp_conn_free(struct sock *sk)
{
	kmem_cache_free(conn_cache, anp_tcp_sk(sk)->conn);
	anp_tcp_sk(sk)->conn = NULL;
}

static void unpark(struct sock *sk, struct anp_tcp_conn *conn)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);

	anp_tcp_unpark(&conn->tcb, &ts->parked, &anp_net(sock_net(sk))->tcp, anp_tcp_now());
	conn->route_mtu = conn->tcb.mss_local + ANP_TCP_HEADERS;
	/* Pairs with the dependency in anp_tcb_peek(). */
	smp_store_release(&ts->conn, conn);
	/* Who only looked at it parks it again. */
	sk_reset_timer(sk, &sk->sk_timer, jiffies + HZ);
	anp_count(sock_net(sk), ANP_MIB_TCP_UNPARKED);
}

bool __anp_tcp_try_wake(struct sock *sk)
{
	struct anp_tcp_conn *conn = conn_alloc(sk, GFP_ATOMIC);

	lockdep_assert(lockdep_sock_is_held(sk));
	if (!conn)
		return false;
	unpark(sk, conn);
	return true;
}

struct anp_tcb *__anp_tcp_wake(struct sock *sk)
{
	sock_owned_by_me(sk);
	unpark(sk, conn_alloc(sk, GFP_NOFS | __GFP_NOFAIL));
	return anp_tcb(sk);
}

const struct anp_tcb *anp_tcb_look(struct sock *sk, struct anp_tcb *room)
{
	const struct anp_tcb *t = anp_tcb_peek(sk);

	if (t)
		return t;
	/* Whoever has the lock may wait for a bucket's that the caller holds. */
	if (!spin_trylock_bh(&sk->sk_lock.slock))
		return NULL;
	t = anp_tcb_peek(sk);
	if (!t) {
		anp_tcp_unpark(room, &anp_tcp_sk(sk)->parked, &anp_net(sock_net(sk))->tcp,
			       anp_tcp_now());
		t = room;
	}
	spin_unlock_bh(&sk->sk_lock.slock);
	return t;
}

static void conn_free_rcu(struct rcu_head *head)
{
	kmem_cache_free(conn_cache, container_of(head, struct anp_tcp_conn, rcu));
}

u64 anp_tcp_park_at(const struct sock *sk)
{
	const struct anp_tcp_conn *conn = anp_tcp_sk(sk)->conn;
	const struct anp_tcb *t = &conn->tcb;

	if (conn->fo_listener || conn->saved_syn)
		return 0;
	/* What nobody has accepted, or has any more, does not stay at rest for long. */
	if (!sk->sk_socket || !((1 << sk->sk_state) & (TCPF_ESTABLISHED | TCPF_CLOSE_WAIT)))
		return 0;
	return (sock_owned_by_user(sk) ? t->now : max(t->rcvd_at, t->sent_at)) + PARK_AFTER;
}

void anp_tcp_sk_park(struct sock *sk)
{
	struct anp_tcp_sock *ts = anp_tcp_sk(sk);
	struct anp_tcp_conn *conn = ts->conn;

	lockdep_assert_held(&sk->sk_lock.slock);
	anp_tcp_spare_drop(sk);
	sk_mem_reclaim(sk);
	if (sock_owned_by_user(sk) || sk->sk_backlog.tail ||
	    !skb_queue_empty(&sk->sk_receive_queue) || !anp_tcp_park(&conn->tcb, &ts->parked))
		return;
	WRITE_ONCE(ts->conn, NULL);
	call_rcu(&conn->rcu, conn_free_rcu);
	anp_count(sock_net(sk), ANP_MIB_TCP_PARKED);
}

int anp_park_init(void)
{
	conn_cache = kmem_cache_create("anp_conn", sizeof(struct anp_tcp_conn), 0,
				       SLAB_HWCACHE_ALIGN | SLAB_ACCOUNT, NULL);
	return conn_cache ? 0 : -ENOMEM;
}

/* No socket is left. */
void anp_park_exit(void)
{
	rcu_barrier();
	kmem_cache_destroy(conn_cache);
}
