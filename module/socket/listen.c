// SPDX-License-Identifier: GPL-2.0
/*
 * Listeners: the SYN queue of small requests, the accept queue of connections that are made.  All
 * under the listener's socket lock; one timer a listener, its sk_timer, for all its requests.
 */
#include <net/ip.h>
#include "../tcp/tcp.h"
#include "../observe/trace.h"
#include "stream.h"

/* As long as a cookie may come back after the last one was sent: two minutes, as Linux. */
#define COOKIES_VALID	(120 * USEC_PER_SEC)

static struct kmem_cache *req_cache;

static struct anp_listener *listener(const struct sock *sk)
{
	return anp_tcp_sk(sk)->listener;
}

struct anp_listener *anp_listener_get(struct sock *sk)
{
	struct anp_listener *l = anp_tcp_sk(sk)->listener;

	if (l)
		return l;
	l = kzalloc(sizeof(*l), GFP_ATOMIC | __GFP_ACCOUNT);
	if (!l)
		return NULL;
	INIT_LIST_HEAD(&l->reqs);
	INIT_LIST_HEAD(&l->children);
	anp_tcp_sk(sk)->listener = l;
	return l;
}

void anp_listener_free(struct sock *sk)
{
	struct anp_listener *l = anp_tcp_sk(sk)->listener;

	if (!l)
		return;
	kfree_sensitive(l->fo_keys);
	kfree(l);
}

void anp_req_put(struct anp_req *req)
{
	if (!refcount_dec_and_test(&req->common.skc_refcnt))
		return;
	sock_put(req->listener);
	kfree(req->saved_syn);
	kmem_cache_free(req_cache, req);
}

/* Out of the SYN queue and the hash, if still there; and the queue's reference. */
static void req_forget(struct sock *sk, struct anp_req *req)
{
	if (list_empty(&req->node))
		return;
	anp_ehash_remove((struct sock *)req);
	list_del_init(&req->node);
	listener(sk)->req_count--;
	if (!req->req.rexmits)
		listener(sk)->young--;
	anp_req_put(req);
}

void anp_req_kill(struct sock *sk, struct anp_req *req)
{
	if (req->listener == sk && sk->sk_state == TCP_LISTEN)
		req_forget(sk, req);
}

static void timer_arm(struct sock *sk, u64 due, u64 now)
{
	u64 wait = due > now ? min_t(u64, due - now, ANP_TCP_RTO_MAX) : 1;
	unsigned long expires = jiffies + usecs_to_jiffies(wait);

	if (!timer_pending(&sk->sk_timer) || time_before(expires, sk->sk_timer.expires))
		sk_reset_timer(sk, &sk->sk_timer, expires);
}

/* @foc: the Fast Open cookie that goes with it, NULL: none */
static void synack_send(struct sock *sk, struct anp_req *req, const struct anp_tcp_foc *foc, u64 now)
{
	struct net *net = sock_net(sk);

	this_cpu_write(anp_tcp_cur_net, net);
	anp_tcp_reply(net, anp_tcp_req_synack(&req->req, foc, now), req->common.skc_rcv_saddr,
		      req->common.skc_daddr, sk->sk_bound_dev_if, req->tos);
}

/*
 * How often a SYN-ACK is sent again.  As Linux: the fuller the queue of those who have not answered
 * the first, the less patience there is with the old ones.
 */
static u8 synack_retries(const struct sock *sk)
{
	const struct anp_tcb *t = anp_tcb(sk);
	u8 retries = t->syn_retries ?: READ_ONCE(t->conf->synack_retries);
	u32 young = listener(sk)->young * 2;

	if (listener(sk)->req_count * 2 <= max(8u, READ_ONCE(sk->sk_max_ack_backlog)))
		return retries;
	for (; retries > 2 && listener(sk)->req_count >= young; young *= 2)
		retries--;
	return retries;
}

void anp_listen_timer(struct sock *sk)
{
	u8 retries = synack_retries(sk), defer = anp_tcp_sk(sk)->defer_accept, before;
	u32 rto_max = anp_tcp_rto_max(anp_tcb(sk));
	u64 now = anp_tcp_now(), next = 0;
	enum anp_tcp_verdict v;
	struct anp_req *req, *tmp;

	list_for_each_entry_safe(req, tmp, &listener(sk)->reqs, node) {
		before = req->req.rexmits;
		v = anp_tcp_req_timer(&req->req, retries, defer, rto_max, now);
		if (!before && req->req.rexmits)
			listener(sk)->young--;
		if (v == ANP_TCP_V_KILL) {
			req_forget(sk, req);
			continue;
		}
		if (v == ANP_TCP_V_SYNACK) {
			anp_count(sock_net(sk), ANP_MIB_TCP_REQ_RETRANS);
			synack_send(sk, req, NULL, now);
		}
		next = next ? min(next, req->req.deadline) : req->req.deadline;
	}
	if (next)
		timer_arm(sk, next, now);
}

static struct anp_req *req_alloc(struct sock *sk, const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);
	struct anp_req *req = kmem_cache_alloc(req_cache, GFP_ATOMIC);
	struct sock_common *c;

	if (!req)
		return NULL;
	anp_common_clear(&req->common, sizeof(*req));
	c = &req->common;
	c->skc_daddr = iph->saddr;
	c->skc_rcv_saddr = iph->daddr;
	c->skc_dport = th->source;
	c->skc_num = ntohs(th->dest);
	c->skc_family = PF_ANP;
	c->skc_state = TCP_NEW_SYN_RECV;
	c->skc_bound_dev_if = sk->sk_bound_dev_if;
	c->skc_prot = sk->sk_prot;
	write_pnet(&c->skc_net, sock_net(sk));
	req->tos = inet_sk(sk)->tos;
	sock_hold(sk);
	req->listener = sk;
	INIT_LIST_HEAD(&req->node);
	/* Who gets a reference to it sees all of the above. */
	smp_wmb();
	refcount_set(&c->skc_refcnt, 1);
	return req;
}

static int req_route(const struct sock *sk, __be32 laddr, __be32 faddr, u8 tos,
		     struct anp_route *rt)
{
	const struct anp_flow fl = {
		.daddr	= faddr,
		.saddr	= laddr,
		.oif	= sk->sk_bound_dev_if,
		.tos	= tos,
	};

	return anp_route_get(sock_net(sk), &fl, rt);
}

/* What a connection that the SYN or ACK @skb wants from @sk starts from. */
static void req_params(const struct sock *sk, const struct sk_buff *skb,
		       const struct anp_route *rt, struct anp_tcp_params *p)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	anp_tcp_params_fill(sk, rt, p);
	if (anp_tcb(sk)->user_mss)
		p->mss = min(p->mss, anp_tcb(sk)->user_mss);
	p->sport = th->dest;
	p->dport = th->source;
	p->ts_off = anp_tcp_ts_off(sock_net(sk), iph->daddr, iph->saddr);
}

/* False: somebody has the connection already, and @req is gone. */
static bool req_queue(struct sock *sk, struct anp_req *req)
{
	if (!anp_ehash_insert((struct sock *)req, NULL)) {
		anp_req_put(req);
		return false;
	}
	list_add_tail(&req->node, &listener(sk)->reqs);
	listener(sk)->req_count++;
	listener(sk)->young++;
	return true;
}

static struct anp_tcp_flow flow_of(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);

	return (struct anp_tcp_flow){
		.faddr	= iph->saddr,
		.laddr	= iph->daddr,
		.fport	= th->source,
		.lport	= th->dest,
	};
}

enum syn_policy {
	SYN_QUEUE,		/* keep a request */
	SYN_COOKIE,		/* answer with a cookie, keep nothing */
	SYN_DROP,
};

/* What a full SYN queue asks for; said once in the kernel's log, since it may be an attack. */
static enum syn_policy queue_full(struct sock *sk)
{
	bool cookies = READ_ONCE(anp_tcb(sk)->conf->syncookies);

	anp_count(sock_net(sk), cookies ? ANP_MIB_TCP_REQ_FULL_COOKIES :
					  ANP_MIB_TCP_REQ_FULL_DROP);
	if (!listener(sk)->flood_told) {
		listener(sk)->flood_told = true;
		net_info_ratelimited("anp: possible SYN flooding on port %u: %s\n", sk->sk_num,
				     cookies ? "sending cookies" : "dropping requests");
	}
	return cookies ? SYN_COOKIE : SYN_DROP;
}

/* The rules of Linux.  @again: RFC 6191 lets it follow on a TIME-WAIT. */
static enum syn_policy syn_policy(struct sock *sk, bool again)
{
	const struct anp_tcp_conf *conf = anp_tcb(sk)->conf;
	int cookies = READ_ONCE(conf->syncookies), room;

	if (sk_acceptq_is_full(sk)) {
		anp_count(sock_net(sk), ANP_MIB_TCP_LISTEN_OVERFLOWS);
		return SYN_DROP;
	}
	/* The cookie is the sequence number, and that one is given. */
	if (again)
		return SYN_QUEUE;
	if (cookies == 2)
		return SYN_COOKIE;
	if (listener(sk)->req_count > READ_ONCE(sk->sk_max_ack_backlog))
		return queue_full(sk);
	/* Without cookies the last quarter is kept free. */
	room = READ_ONCE(conf->max_syn_backlog) - (int)listener(sk)->req_count;
	return cookies || room >= READ_ONCE(conf->max_syn_backlog) >> 2 ? SYN_QUEUE : SYN_DROP;
}

static void cookie_send(struct sock *sk, const struct sk_buff *skb, struct anp_tcp_req *req,
			u64 now)
{
	const struct anp_tcp_flow flow = flow_of(skb);
	struct net *net = sock_net(sk);

	anp_tcp_cookie_make(req, &anp_net(net)->cookie_key, &flow, now);
	listener(sk)->cookies_at = now;
	anp_count(net, ANP_MIB_TCP_COOKIES_SENT);
	this_cpu_write(anp_tcp_cur_net, net);
	anp_tcp_reply(net, anp_tcp_req_synack(req, NULL, now), flow.laddr, flow.faddr,
		      sk->sk_bound_dev_if, inet_sk(sk)->tos);
}

/* A copy of the listener @sk for @req's connection, locked, in no hash, with two references. */
static struct sock *child_create(struct sock *sk, struct anp_req *req, const struct anp_route *rt)
{
	struct sock *child = sk_clone_lock(sk, GFP_ATOMIC);
	struct anp_tcp_sock *ts;
	struct inet_sock *inet;

	if (!child)
		return NULL;
	if (anp_tcp_conn_new(child, GFP_ATOMIC)) {
		/* Still a raw copy: the listener's things are not its own to free. */
		child->sk_destruct = NULL;
		__acquire(&child->sk_lock.slock);	/* by sk_clone_lock(), which does not tell */
		bh_unlock_sock(child);
		sk_free(child);
		return NULL;
	}
	/*
	 * DEVIATION: the control group of who listens pays for what waits in a connection.  With Linux it is
	 * that of who accepts, from then on; to charge so late needs functions that are not for modules.
	 */
	anp_sk_memcg_share(sk, child);
	ts = anp_tcp_sk(child);
	inet = inet_sk(child);
	sock_reset_flag(child, SOCK_RCU_FREE);
	/* The copy of a bound socket is in no list yet. */
	INIT_HLIST_NODE(&child->sk_bind_node);
	child->sk_state = TCP_SYN_RECV;
	child->sk_ack_backlog = 0;
	inet->inet_daddr = req->common.skc_daddr;
	inet->inet_dport = req->common.skc_dport;
	inet->inet_rcv_saddr = req->common.skc_rcv_saddr;
	inet->inet_saddr = req->common.skc_rcv_saddr;
	ts->conn->route = *rt;
	ts->conn->route_mtu = rt->mtu;
	ts->flags = 0;
	ts->destroyed = false;
	ts->defer_accept = 0;
	ts->listener = NULL;
	ts->conn->saved_syn = req->saved_syn;
	req->saved_syn = NULL;
	INIT_LIST_HEAD(&ts->accept_node);
	anp_tcp_host_init(child);
	anp_tcb_renew(anp_tcb(child), anp_tcb(sk));
	anp_tcp_cong_inherit(child, sk);
	atomic_inc(&anp_net(sock_net(child))->sockets);
	return child;
}

/* Nobody will accept the locked @child: it is let go, and dies if it is closed. */
static void child_orphan(struct sock *child)
{
	sock_orphan(child);
	atomic_inc(&anp_net(sock_net(child))->orphan_count);
	anp_tcp_settle(child);
}

static void child_queue(struct sock *sk, struct sock *child)
{
	anp_tcp_settle(child);
	list_add_tail(&anp_tcp_sk(child)->accept_node, &listener(sk)->children);
	sk_acceptq_added(sk);
	sk->sk_data_ready(sk);
}

static const struct anp_tcp_foc *foc_or_null(const struct anp_tcp_foc *foc)
{
	return foc->len == ANP_TCP_FOC_NONE ? NULL : foc;
}

/* A child of @sk that takes the data of the SYN @skb; false: none could be made. */
static bool fo_create(struct sock *sk, struct anp_req *req, struct sk_buff *skb,
		      const struct anp_route *rt, const struct anp_tcp_params *p,
		      const struct anp_tcp_foc *give, u64 now)
{
	struct sock *child = child_create(sk, req, rt);

	if (!child)
		return false;
	__acquire(&child->sk_lock.slock);
	anp_port_share(child);
	if (!anp_ehash_insert(child, NULL)) {
		/* Somebody has the connection already. */
		child->sk_state = TCP_CLOSE;
		anp_drop(sock_net(sk), skb, ANP_MIB_DROP_TCP_LISTEN);
	} else {
		anp_count(sock_net(sk), ANP_MIB_TCP_PASSIVE_OPENS);
		anp_count(sock_net(sk), ANP_MIB_TCP_FO_PASSIVE);
		anp_fo_pending(child, sk);
		anp_tcp_open_fast(anp_tcb(child), &req->req, p, skb, foc_or_null(give), now);
	}
	if (child->sk_state == TCP_CLOSE)
		child_orphan(child);
	else
		child_queue(sk, child);
	bh_unlock_sock(child);
	sock_put(child);
	return true;
}

/*
 * Fast Open: does the SYN make a connection at once?  Then @req and @skb are gone; else @give is the
 * cookie for its SYN-ACK.
 */
static bool fo_rcv(struct sock *sk, struct anp_req *req, struct sk_buff *skb,
		   const struct anp_route *rt, const struct anp_tcp_params *p,
		   struct anp_tcp_foc *give, u64 now)
{
	const struct anp_tcp_flow flow = flow_of(skb);

	give->len = ANP_TCP_FOC_NONE;
	if (anp_fo_listen(sk, skb, &flow, give) != ANP_TCP_FO_CHILD)
		return false;
	if (!fo_create(sk, req, skb, rt, p, give, now)) {
		anp_count(sock_net(sk), ANP_MIB_TCP_FO_PASSIVE_FAIL);
		return false;
	}
	anp_req_put(req);
	return true;
}

/* RFC 9293 3.10.7.2, third: a new connection is wanted. */
static void syn_rcv(struct sock *sk, struct sk_buff *skb, u32 iss)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct net *net = sock_net(sk);
	enum anp_mib_item why = ANP_MIB_DROP_TCP_LISTEN;
	enum syn_policy policy = syn_policy(sk, iss);
	struct anp_tcp_params p;
	struct anp_tcp_req bare;
	struct anp_tcp_foc give;
	struct anp_route rt;
	struct anp_req *req;
	u64 now = anp_tcp_now();

	if (policy == SYN_DROP)
		goto drop;
	if (req_route(sk, iph->daddr, iph->saddr, inet_sk(sk)->tos, &rt)) {
		why = ANP_MIB_DROP_IP_NO_ROUTE;
		goto drop;
	}
	req_params(sk, skb, &rt, &p);
	if (policy == SYN_COOKIE) {
		this_cpu_write(anp_tcp_cur_net, net);
		anp_tcp_req_init(&bare, skb, &p, now);
		cookie_send(sk, skb, &bare, now);
		consume_skb(skb);
		return;
	}
	req = req_alloc(sk, skb);
	if (!req)
		goto drop;
	p.iss = iss ?: anp_tcp_iss(net, iph->daddr, p.sport, iph->saddr, p.dport, now);
	this_cpu_write(anp_tcp_cur_net, net);
	anp_tcp_req_init(&req->req, skb, &p, now);
	req->saved_syn = anp_saved_syn_take(sk, skb);
	if (unlikely(fo_rcv(sk, req, skb, &rt, &p, &give, now)))
		return;
	if (!req_queue(sk, req))
		goto drop;
	timer_arm(sk, req->req.deadline, now);
	synack_send(sk, req, foc_or_null(&give), now);
	consume_skb(skb);
	return;
drop:
	anp_drop(net, skb, why);
}

/*
 * As Linux: the ACK is as good as lost - the request waits, and its SYN-ACK is sent again - or the
 * peer is told at once.
 */
static void accept_overflow(struct sock *sk, struct anp_req *req, struct sk_buff *skb)
{
	struct net *net = sock_net(sk);

	anp_count(net, ANP_MIB_TCP_LISTEN_OVERFLOWS);
	if (!READ_ONCE(anp_tcb(sk)->conf->abort_on_overflow)) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_LISTEN);
		return;
	}
	anp_count(net, ANP_MIB_TCP_EMBRYONIC_RSTS);
	req_forget(sk, req);
	anp_tcp_no_socket(net, skb, ANP_MIB_DROP_TCP_LISTEN);
}

/* The handshake of @req is complete: a socket takes its place and gets @skb. */
static void req_complete(struct sock *sk, struct anp_req *req, struct sk_buff *skb, u64 now)
{
	struct net *net = sock_net(sk);
	struct anp_tcp_params p;
	struct anp_route rt;
	struct sock *child;
	struct anp_tcb *t;

	if (sk_acceptq_is_full(sk)) {
		accept_overflow(sk, req, skb);
		return;
	}
	if (req_route(sk, req->common.skc_rcv_saddr, req->common.skc_daddr, req->tos, &rt)) {
		anp_drop(net, skb, ANP_MIB_DROP_IP_NO_ROUTE);
		return;
	}
	child = child_create(sk, req, &rt);
	if (!child) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_LISTEN);
		return;
	}
	__acquire(&child->sk_lock.slock);
	t = anp_tcb(child);
	anp_tcp_params_fill(child, &rt, &p);
	p.sport = req->req.sport;
	p.dport = req->req.dport;
	anp_port_share(child);
	/* Only the lock that we hold could have taken the request out. */
	WARN_ON_ONCE(!anp_ehash_insert(child, (struct sock *)req));
	anp_tcp_open_passive(t, &req->req, &p, now);
	req_forget(sk, req);
	anp_count(net, ANP_MIB_TCP_PASSIVE_OPENS);
	anp_tcp_rcv(t, skb, now);
	if (child->sk_state == TCP_CLOSE)
		child_orphan(child);
	else
		child_queue(sk, child);
	bh_unlock_sock(child);
	sock_put(child);
}

static void req_rcv(struct sock *sk, struct anp_req *req, struct sk_buff *skb)
{
	struct net *net = sock_net(sk);
	u64 now = anp_tcp_now();

	this_cpu_write(anp_tcp_cur_net, net);
	switch (anp_tcp_req_rcv(&req->req, skb, anp_tcp_sk(sk)->defer_accept, anp_tcb(sk)->conf, now)) {
	case ANP_TCP_V_CREATE:
		req_complete(sk, req, skb, now);
		return;
	case ANP_TCP_V_SYNACK:
		synack_send(sk, req, NULL, now);
		consume_skb(skb);
		return;
	case ANP_TCP_V_ACK:
		anp_tcp_reply(net, anp_tcp_req_ack(&req->req, now), req->common.skc_rcv_saddr,
			      req->common.skc_daddr, sk->sk_bound_dev_if, req->tos);
		anp_drop(net, skb, ANP_MIB_DROP_TCP_WINDOW);
		return;
	case ANP_TCP_V_RESET:
		anp_tcp_no_socket(net, skb, ANP_MIB_DROP_TCP_ACK);
		return;
	case ANP_TCP_V_KILL:
		req_forget(sk, req);
		anp_count(net, ANP_MIB_TCP_EMBRYONIC_RSTS);
		anp_count(net, ANP_MIB_TCP_ATTEMPT_FAILS);
		anp_drop(net, skb, ANP_MIB_DROP_TCP_RST);
		return;
	case ANP_TCP_V_DROP:
	case ANP_TCP_V_SYN:
		break;
	}
	anp_drop(net, skb, ANP_MIB_DROP_TCP_FLAGS);
}

/* Is @skb the ACK of a cookie?  Then it has become a connection, or was dropped. */
static bool cookie_rcv(struct sock *sk, struct sk_buff *skb)
{
	const struct anp_tcp_flow flow = flow_of(skb);
	struct net *net = sock_net(sk);
	u64 now = anp_tcp_now();
	struct anp_tcp_params p;
	struct anp_route rt;
	struct anp_req *req;
	struct anp_tcp_req r;

	/* Who has sent none lets nobody guess one. */
	if (!READ_ONCE(anp_tcb(sk)->conf->syncookies) || !listener(sk)->cookies_at ||
	    now - listener(sk)->cookies_at > COOKIES_VALID ||
	    req_route(sk, flow.laddr, flow.faddr, inet_sk(sk)->tos, &rt))
		return false;
	req_params(sk, skb, &rt, &p);
	if (!anp_tcp_cookie_rcv(&r, skb, &anp_net(net)->cookie_key, &flow, &p, now)) {
		anp_count(net, ANP_MIB_TCP_COOKIES_FAILED);
		return false;
	}
	anp_count(net, ANP_MIB_TCP_COOKIES_RECV);
	req = req_alloc(sk, skb);
	if (!req) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_LISTEN);
		return true;
	}
	req->req = r;
	/* It stands in for its child for as long as that takes to be made. */
	refcount_inc(&req->common.skc_refcnt);
	if (!req_queue(sk, req)) {
		anp_drop(net, skb, ANP_MIB_DROP_TCP_LISTEN);
	} else {
		req_complete(sk, req, skb, now);
		req_forget(sk, req);
	}
	anp_req_put(req);
	return true;
}

static void listen_segment(struct sock *sk, struct sk_buff *skb, u32 iss)
{
	switch (anp_tcp_listen_rcv(skb)) {
	case ANP_TCP_V_SYNACK:
		syn_rcv(sk, skb, iss);
		return;
	case ANP_TCP_V_RESET:
		if (!cookie_rcv(sk, skb))
			anp_tcp_no_socket(sock_net(sk), skb, ANP_MIB_DROP_TCP_NO_SOCKET);
		return;
	default:
		anp_drop(sock_net(sk), skb, ANP_MIB_DROP_TCP_FLAGS);
	}
}

/* What came while the listener was busy may be for a child that was made meanwhile. */
static void child_rcv(struct sock *child, struct sk_buff *skb)
{
	bh_lock_sock(child);
	if (!sock_owned_by_user(child)) {
		anp_tcp_sk_rcv(child, skb);
	} else {
		skb->dev = NULL;
		if (sk_add_backlog(child, skb, READ_ONCE(child->sk_rcvbuf)))
			anp_drop(sock_net(child), skb, ANP_MIB_DROP_TCP_BACKLOG);
	}
	bh_unlock_sock(child);
}

void anp_listen_rcv(struct sock *sk, struct sk_buff *skb, u32 iss)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct tcphdr *th = tcp_hdr(skb);
	struct net *net = sock_net(sk);
	struct sock *other;

	/* Only under our lock does it hold what this says. */
	rcu_read_lock();
	other = anp_hash_lookup(net, iph->saddr, th->source, iph->daddr, th->dest, skb->skb_iif,
				NULL);
	rcu_read_unlock();
	if (!other || other == sk || other->sk_state == TCP_LISTEN)
		listen_segment(sk, skb, iss);
	else if (other->sk_state == TCP_TIME_WAIT)
		anp_drop(net, skb, ANP_MIB_DROP_TCP_TIMEWAIT);
	else if (other->sk_state != TCP_NEW_SYN_RECV)
		child_rcv(other, skb);
	else if (((struct anp_req *)other)->listener == sk)
		req_rcv(sk, (struct anp_req *)other, skb);
	else
		anp_drop(net, skb, ANP_MIB_DROP_TCP_LISTEN);
	if (other)
		anp_common_put(other);
}

void anp_listen_stop(struct sock *sk)
{
	struct anp_tcp_sock *ts, *tmp;
	struct anp_req *req, *treq;

	sock_owned_by_me(sk);
	trace_anp_tcp_state(sk, TCP_LISTEN, TCP_CLOSE);
	anp_lhash_remove(sk);
	/* Pairs with the acquire in anp_stream_poll(). */
	smp_store_release(&sk->sk_state, TCP_CLOSE);
	sk_stop_timer(sk, &sk->sk_timer);
	local_bh_disable();
	list_for_each_entry_safe(req, treq, &listener(sk)->reqs, node)
		req_forget(sk, req);
	/* RFC 9293 3.10.4: nobody will answer for what the peers believe to be connections. */
	list_for_each_entry_safe(ts, tmp, &listener(sk)->children, accept_node) {
		struct sock *child = &ts->anp.sk;

		list_del_init(&ts->accept_node);
		sk_acceptq_removed(sk);
		sock_hold(child);
		bh_lock_sock(child);
		anp_tcp_abort(anp_tcb(child), anp_tcp_now());
		child_orphan(child);
		bh_unlock_sock(child);
		sock_put(child);
	}
	local_bh_enable();
	if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		anp_port_release(sk);
}

int anp_listen_init(void)
{
	req_cache = kmem_cache_create("anp_req", sizeof(struct anp_req), 0, SLAB_TYPESAFE_BY_RCU,
				      NULL);
	return req_cache ? 0 : -ENOMEM;
}

void anp_listen_exit(void)
{
	kmem_cache_destroy(req_cache);
}
