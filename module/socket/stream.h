/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stream sockets: the host of the TCP engine.  A connection is one of three objects, all of which
 * begin with a struct sock_common and share the established hash: a socket (struct anp_tcp_sock),
 * before that a request in a listener's SYN queue (struct anp_req, TCP_NEW_SYN_RECV), after that a
 * struct anp_tw (TCP_TIME_WAIT).
 */
#ifndef ANP_SOCKET_STREAM_H
#define ANP_SOCKET_STREAM_H

#include <linux/llist.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include "../anp.h"
#include "../observe/latency.h"
#include "../tcp/tcb.h"

#define ANP_TCP_HEADERS		40	/* IPv4 and TCP without options */

/* In front of the payload: link layer, IPv4, TCP with all options. */
#define ANP_TCP_HEADROOM	ALIGN(LL_MAX_HEADER + 20 + 60, 8)

/* Bits of anp_tcp_sock.flags, set and tested without the socket lock. */
#define ANP_TCP_F_TIMER		0	/* the timer came while the program owned the socket */
#define ANP_TCP_F_MTU		1	/* likewise an ICMP error: the route knows */
#define ANP_TCP_F_DRAINED	2	/* likewise tsq.c's tasklet */
#define ANP_TCP_F_OWED		7UL	/* the mask of these: release_cb does it */
#define ANP_TCP_F_THROTTLED	3	/* the engine waits for the layers below */
#define ANP_TCP_F_QUEUED	4	/* in the list of the tasklet */

/*
 * A listener's queues, from listen() or an option for it on to the end of the socket.  Lock: the
 * listener's socket lock.  @reqs holds a reference of each request, @children the socket's own one
 * of each child; a child in the queue belongs to nobody else.
 */
struct anp_listener {
	struct list_head	reqs;		/* struct anp_req */
	struct list_head	children;	/* struct anp_tcp_sock, accept_node */
	u32			req_count;
	u32			young;		/* of them, whose SYN-ACK was sent only once */
	u64			cookies_at;	/* us; last SYN cookie sent, 0: none */
	bool			flood_told;	/* in the kernel's log */
	/* Fast Open; the counts and fo_reset_at change without the lock. */
	u32			fo_max;		/* TCP_FASTOPEN; 0: none */
	atomic_t		fo_len;		/* children whose handshake is not complete, and */
	atomic_t		fo_resets;	/* of these, what a reset left its place of */
	u64			fo_reset_at;	/* us; the last one */
	struct anp_tcp_fo_keys	*fo_keys;	/* TCP_FASTOPEN_KEY; NULL: the namespace's */
};

/* TCP_SAVE_SYN of a listener: the headers of SYNs are kept, from which one on. */
enum anp_save_syn {
	ANP_SAVE_SYN_OFF,
	ANP_SAVE_SYN_IP,
	ANP_SAVE_SYN_MAC,
};

/*
 * struct anp_tcp_conn - what a stream socket needs while something is under way (park.c)
 *
 * Lock: the socket lock.  Who looks at it without is in an RCU read section, or knows that the socket
 * is not parked.
 */
struct anp_tcp_conn {
	struct anp_tcb		tcb;
	struct sock		*sk;
	struct anp_route	route;		/* cached, to the peer */
	u32			route_mtu;	/* path MTU that the engine was told */
	u64			timer_due;	/* us; what sk_timer is armed for, if it is */
	struct sk_buff		*spare;		/* for the next to send, charged; or NULL */
	/* While one of these is there the socket is not parked. */
	struct sock		*fo_listener;	/* whose fo_len counts this one, referenced */
	struct anp_saved_syn	*saved_syn;	/* TCP_SAVED_SYN; NULL: none, or it was read */
	struct anp_lat_slot	lat;
	struct rcu_head		rcu;
};

/*
 * struct anp_tcp_sock - a stream socket
 *
 * References: one is the socket's own, given back by anp_stream_destroy() when the connection is
 * CLOSED and no program has the socket any more; the timer holds one while it is armed; lookups
 * take one.  The hashes hold none: who destroys has taken the socket out of them.
 * Lock: the socket lock, but for flags.
 */
struct anp_tcp_sock {
	struct anp_sock		anp;		/* must be first */
	struct anp_tcp_conn	*conn;		/* NULL: parked */
	unsigned long		flags;		/* ANP_TCP_F_*, atomic bits */
	struct anp_pacer	*pacer;		/* NULL: it has not been needed */
	struct llist_node	tsq_node;	/* ANP_TCP_F_QUEUED, and sk_wmem_alloc has one more */
	u32			notsent_lowat;	/* TCP_NOTSENT_LOWAT, bytes; 0: not set */
	u8			destroyed : 1,
				cong_chosen : 1,	/* TCP_CONGESTION: goes on to children */
				recvmsg_inq : 1,	/* TCP_INQ */
				fo_connect : 1,		/* TCP_FASTOPEN_CONNECT */
				fo_no_cookie : 1,	/* TCP_FASTOPEN_NO_COOKIE */
				save_syn : 2;		/* TCP_SAVE_SYN, enum anp_save_syn */
	u8			defer_accept;	/* TCP_DEFER_ACCEPT, in SYN-ACKs sent again */
	struct anp_listener	*listener;	/* NULL: neither is one nor was it prepared */
	union {
		struct list_head	accept_node;	/* of a child that is not accepted yet */
		struct anp_tcp_parked	parked;		/* while conn is NULL */
	};
};

static inline struct anp_tcp_sock *anp_tcp_sk(const struct sock *sk)
{
	return (struct anp_tcp_sock *)sk;
}

/* Of a socket that is not parked: from anp_tcp_wake() or an engine call on, until the lock is left. */
static inline struct anp_tcb *anp_tcb(const struct sock *sk)
{
	return &anp_tcp_sk(sk)->conn->tcb;
}

static inline struct sock *anp_tcb_sk(const struct anp_tcb *t)
{
	return container_of(t, struct anp_tcp_conn, tcb)->sk;
}

/* What somebody without the lock may look at; NULL: @sk is parked.  Under RCU. */
static inline struct anp_tcb *anp_tcb_peek(const struct sock *sk)
{
	struct anp_tcp_conn *conn = READ_ONCE(anp_tcp_sk(sk)->conn);

	return conn ? &conn->tcb : NULL;
}

/*
 * struct anp_req - a connection in SYN-RECEIVED, in a listener's SYN queue
 *
 * References: the SYN queue's, and lookups'.  It holds one to the listener.  Lock: the listener's
 * socket lock; a request that is in no hash any more is dead.
 */
struct anp_req {
	struct sock_common	common;		/* must be first */
	struct sock		*listener;
	struct list_head	node;		/* listener.reqs */
	struct anp_saved_syn	*saved_syn;	/* goes on to the child; NULL: not wanted */
	struct anp_tcp_req	req;
	u8			tos;
};

/*
 * struct anp_tw - TIME-WAIT
 *
 * References: one until anp_tw_kill(), the timer's while it is armed, lookups'.  It pins neither
 * the module nor the namespace: anp_stream_net_exit() ends them all.
 */
struct anp_tw {
	struct sock_common	common;		/* must be first */
	spinlock_t		lock;		/* all below */
	bool			dead;
	u8			tos;
	int			oif;
	kuid_t			uid;		/* of the program it was; for ANP_REUSEPORT */
	struct anp_tcp_tw	tw;
	struct timer_list	timer;
};

/* The marks of sock_common that have no meaning of their own here. */
#define anp_autobound	skc_ipv6only	/* the port was chosen by connect() and may be shared */

/* Microseconds of a clock that never goes back and is never 0. */
static inline u64 anp_tcp_now(void)
{
	return ktime_to_us(ktime_get()) + 1;
}

/* ---- hash.c: all that is a connection, and all listeners ---- */

int anp_hash_init(void);
void anp_hash_exit(void);

/*
 * The object that a segment from @saddr:@sport to @daddr:@dport by device @dif is for, a connection
 * before a listener; NULL: none.  With a reference: anp_common_put().  Under RCU.  @skb: the segment, at its
 * TCP header, for a program that chooses among listeners; NULL: there is none to look at.
 */
struct sock *anp_hash_lookup(struct net *net, __be32 saddr, __be16 sport, __be32 daddr,
			     __be16 dport, int dif, struct sk_buff *skb);
void anp_common_put(struct sock *sk);

/*
 * Zeroes the @size bytes of a new object that begins with @c, but for what a reader needs who is
 * still walking over the object that was here.
 */
void anp_common_clear(struct sock_common *c, size_t size);

/*
 * Puts @sk (a socket, or an object that begins like one), addresses and ports set, among the
 * connections; @old, NULL or the object it takes the place of, goes out of them.  False: the
 * connection exists (without @old), or @old was not there any more.
 */
bool anp_ehash_insert(struct sock *sk, struct sock *old);

/* Takes @sk out of the connections; false: it was not there.  Bottom halves may be on. */
bool anp_ehash_remove(struct sock *sk);

/*
 * As anp_ehash_insert(), for a connect() from @port: a TIME-WAIT that RFC 6191 lets go is replaced
 * and returned in @tw with a reference.
 */
bool anp_ehash_connect(struct sock *sk, u16 port, struct anp_tw **tw);

/* 0 or -ENOMEM. */
int anp_lhash_insert(struct sock *sk);
void anp_lhash_remove(struct sock *sk);

/* For walks over everything: bucket @i of @n, locked with bottom halves off. */
struct hlist_nulls_head *anp_ehash_lock(unsigned int i);
bool anp_ehash_empty(unsigned int i);		/* a look without the lock */
void anp_ehash_unlock(unsigned int i);
unsigned int anp_ehash_size(void);
struct hlist_nulls_head *anp_lhash_lock(unsigned int i);
void anp_lhash_unlock(unsigned int i);
unsigned int anp_lhash_size(void);

/* ---- ports.c ---- */

int anp_ports_init(void);
void anp_ports_exit(void);

/* Binds @sk to @port, 0: to one that is free.  0 or -EADDRINUSE.  Socket lock held. */
int anp_port_bind(struct sock *sk, u16 port);

/* A bound @sk in state TCP_LISTEN: may it be there? */
bool anp_port_listen_ok(struct sock *sk);

/* Gives up @sk's port.  Any context. */
void anp_port_release(struct sock *sk);

/* A child or TIME-WAIT shares the port of the socket it came from. */
void anp_port_share(struct sock *sk);
void anp_port_unshare(struct sock *sk);

/*
 * @sk, addresses set, gets a port if it has none and goes into the established hash.
 * *@tw: a TIME-WAIT that had to go, with a reference.  0, -EADDRNOTAVAIL.  Socket lock held.
 */
int anp_port_connect(struct sock *sk, struct anp_tw **tw);

/* RFC 6528 3 and RFC 7323 5.4. */
u32 anp_tcp_iss(const struct net *net, __be32 saddr, __be16 sport, __be32 daddr, __be16 dport,
		u64 now);
u32 anp_tcp_ts_off(const struct net *net, __be32 saddr, __be32 daddr);

/* ---- park.c: sockets at rest give most of their memory back ---- */

int anp_park_init(void);
void anp_park_exit(void);

/* The memory for a new @sk; -ENOBUFS.  And its end. */
int anp_tcp_conn_new(struct sock *sk, gfp_t gfp);
void anp_tcp_conn_free(struct sock *sk);

/* False: no memory to unpark @sk now.  Lock held, softirq. */
bool __anp_tcp_try_wake(struct sock *sk);

static inline bool anp_tcp_try_wake(struct sock *sk)
{
	return likely(anp_tcp_sk(sk)->conn) || __anp_tcp_try_wake(sk);
}

/* The tcb of @sk, which a program owns.  May sleep, and does not fail. */
struct anp_tcb *__anp_tcp_wake(struct sock *sk);

static inline struct anp_tcb *anp_tcp_wake(struct sock *sk)
{
	return likely(anp_tcp_sk(sk)->conn) ? anp_tcb(sk) : __anp_tcp_wake(sk);
}

/*
 * The tcb of @sk for who has no lock, made in @room if @sk is parked; NULL: somebody is just at it.
 * Under RCU, in any context.
 */
const struct anp_tcb *anp_tcb_look(struct sock *sk, struct anp_tcb *room);

/* When @sk, which is not parked, will have been at rest for long enough if nothing comes; us, 0: never. */
u64 anp_tcp_park_at(const struct sock *sk);

/* Parks @sk if all that it has to remember has room.  Spinlock held. */
void anp_tcp_sk_park(struct sock *sk);

/* ---- tcp_host.c: between socket and engine ---- */

/*
 * Around calls of the engine on @sk from a program: socket lock held.  anp_tcp_end() arms the timer
 * and, when nobody has the socket any more, destroys it; the caller has a reference.
 */
struct anp_tcb *anp_tcp_begin(struct sock *sk);
void anp_tcp_end(struct sock *sk);

/* The same after an engine call in a softirq. */
void anp_tcp_settle(struct sock *sk);

void anp_tcp_host_init(struct sock *sk);
void anp_tcp_release_cb(struct sock *sk);
int anp_tcp_backlog_rcv(struct sock *sk, struct sk_buff *skb);

/* What the engine has to know of @sk's route @rt and buffers. */
void anp_tcp_params_fill(const struct sock *sk, const struct anp_route *rt,
			 struct anp_tcp_params *p);

/* A tcb as new, but with the options that the program has set in @from (may be @t). */
void anp_tcb_renew(struct anp_tcb *t, const struct anp_tcb *from);

/* Has the checksum of the finished @skb filled in by the device. */
void anp_tcp_csum_prepare(struct sk_buff *skb, __be32 saddr, __be32 daddr);

/* A timer of @sk is due.  Softirq; takes the lock, and gives back the timer's reference. */
void anp_tcp_timer_fired(struct sock *sk);

/* ---- pacer.c: a finer timer, for sockets that are paced ---- */

/* Arms it for @due, us; false: there is no memory for it.  Socket locked. */
bool anp_tcp_pacer_arm(struct sock *sk, u64 due);
void anp_tcp_pacer_stop(struct sock *sk);

/* At the end of @sk. */
void anp_tcp_pacer_free(struct sock *sk);

/* ---- tsq.c: what the layers below hold of a socket ---- */

void anp_tsq_init(void);
void anp_tsq_exit(void);

/*
 * sk->sk_write_space: a packet of @sk has left the layers below, or SO_SNDBUF has grown.  Any context
 * but a hard interrupt.
 */
void anp_tsq_packet_gone(struct sock *sk);

/* @sk's engine may go on.  Softirq or bottom halves off, socket locked and owned by nobody. */
void anp_tsq_run(struct sock *sk);

/* ---- buffers.c: sizes that the program has not set ---- */

void anp_tcp_sndbuf_tune(struct sock *sk);

/*
 * @skb, acknowledged and in no queue, stays for the next one to send, without its payload; false: it
 * cannot.  Its memory stays charged, but counts as queued no more.  And gives it up.  Socket locked.
 */
bool anp_tcp_spare_keep(struct sock *sk, struct sk_buff *skb);
void anp_tcp_spare_drop(struct sock *sk);

/* The destructor of what is charged to a receive buffer.  Socket locked, or nobody else has it. */
void anp_tcp_rfree(struct sk_buff *skb);

/*
 * @size bytes do not go into @sk's receive buffer: it grows, or what it holds is compacted.  True:
 * now they do.  Softirq, socket locked.
 */
bool anp_tcp_rcvbuf_make_room(struct sock *sk, u32 size);

/* ---- tstamp.c: SO_TIMESTAMPING of what is sent; socket locked ---- */

/* SOF_TIMESTAMPING_OPT_ID is on: bytes are counted from now on, if they are not already. */
void anp_stream_tskey_begin(struct sock *sk, const struct anp_tcb *t);

/* What the program is told as the number of the byte @seq. */
u32 anp_stream_tskey(const struct sock *sk, u32 seq);

/* What was queued last is to be stamped as @tsflags (SOF_TIMESTAMPING_TX_*) say. */
void anp_stream_tstamp(struct anp_tcb *t, u32 tsflags);

/* The stamped @skb is about to be freed: was that because it has arrived? */
void anp_tcp_tstamp_acked(struct anp_tcb *t, struct sk_buff *skb);

/* @to was cut off the end of the stamped @from: one of both keeps the stamps. */
void anp_tcp_tstamp_split(struct sk_buff *from, struct sk_buff *to);

/* ---- tcp_rcv.c: segments and ICMP errors from below ---- */

int anp_tcp_rcv_init(void);
void anp_tcp_rcv_exit(void);

/* A segment for @sk, whose lock is held and which no program owns.  Consumes @skb. */
void anp_tcp_sk_rcv(struct sock *sk, struct sk_buff *skb);

/*
 * Finds the connection of the parsed @skb and gives it to that; a new one starts from @iss if that
 * is not 0.  Consumes @skb.  Softirq, no socket locked.
 */
void anp_tcp_dispatch(struct net *net, struct sk_buff *skb, u32 iss);

/* Nobody wants @skb: a RST goes out if one is due.  Consumes @skb. */
void anp_tcp_no_socket(struct net *net, struct sk_buff *skb, enum anp_mib_item reason);

/* Sends @skb, a segment that belongs to no socket.  Consumes @skb, NULL is nothing. */
void anp_tcp_reply(struct net *net, struct sk_buff *skb, __be32 saddr, __be32 daddr, int oif,
		   u8 tos);

/* ---- accept.c ---- */

int anp_stream_listen(struct socket *sock, int backlog);

/* ---- listen.c ---- */

int anp_listen_init(void);

/* @sk's, made if need be; NULL: no memory.  Socket lock held, any context. */
struct anp_listener *anp_listener_get(struct sock *sk);
void anp_listener_free(struct sock *sk);
void anp_listen_exit(void);

/* Ends @sk's life as a listener: requests are forgotten, children reset.  Socket lock held. */
void anp_listen_stop(struct sock *sk);

/* A segment for the locked listener @sk; @iss as for anp_tcp_dispatch().  Consumes @skb. */
void anp_listen_rcv(struct sock *sk, struct sk_buff *skb, u32 iss);
void anp_listen_timer(struct sock *sk);
void anp_req_put(struct anp_req *req);

/* ICMP said that the peer of @req cannot be reached.  The listener is locked. */
void anp_req_kill(struct sock *sk, struct anp_req *req);

/* ---- saved_syn.c ---- */

/* The headers of the SYN @skb, if @listener wants them; NULL: no, or no memory.  To be freed by kfree(). */
struct anp_saved_syn *anp_saved_syn_take(const struct sock *listener, const struct sk_buff *skb);
void anp_saved_syn_drop(struct sock *sk);

/*
 * TCP_SAVED_SYN: once; then, and where there is none, its length is 0.  -EINVAL: @optval is too short,
 * and @optlen says how long it has to be.  Takes the socket lock.
 */
int anp_saved_syn_get(struct sock *sk, char __user *optval, int __user *optlen);

/* ---- fastopen.c ---- */

/* How a SYN goes out. */
enum anp_fo_way {
	ANP_FO_NONE,		/* as ever */
	ANP_FO_ASK,		/* it asks for a cookie */
	ANP_FO_DATA,		/* it brings one, and data */
};

/* What the SYN of @sk, addresses set, is to carry; and @foc is for anp_tcp_open_send(). */
enum anp_fo_way anp_fo_way(struct sock *sk, struct anp_tcp_foc *foc);

/* The MSS that @sk's peer had an earlier time; 0: not known. */
u16 anp_fo_mss(const struct sock *sk);

/* What the SYN @skb from @f is to the listener @sk; @give: the cookie for the SYN-ACK. */
enum anp_tcp_fo_verdict anp_fo_listen(struct sock *sk, const struct sk_buff *skb,
				      const struct anp_tcp_flow *f, struct anp_tcp_foc *give);

/* The new @child of @sk has no complete handshake; and now it has, or is over. */
void anp_fo_pending(struct sock *child, struct sock *sk);
void anp_fo_over(struct sock *child);

/* TCP_FASTOPEN_KEY; the socket is locked.  As Linux, a socket that was told none tells none. */
int anp_fo_keys_set(struct sock *sk, const u8 *bytes, unsigned int n);
unsigned int anp_fo_keys_get(const struct sock *sk, u8 *bytes);

/* ---- timewait.c ---- */

int anp_tw_init(void);
void anp_tw_exit(void);

/* Makes the TIME-WAIT of @sk, which goes out of the hashes.  Softirq or bottom halves off. */
void anp_tw_enter(struct sock *sk, u8 substate, u64 now);

/* A segment for @tw.  Consumes @skb and the reference to @tw. */
void anp_tw_rcv(struct net *net, struct anp_tw *tw, struct sk_buff *skb);

/* Ends @tw; it may be out of the established hash already. */
void anp_tw_kill(struct anp_tw *tw);
void anp_tw_put(struct anp_tw *tw);

/* ---- cong.c: congestion controls, pinned by who has them ---- */

int anp_tcp_cong_init(void);

/* A new @sk gets its namespace's default; a new @child what @sk was told to have, or the default. */
void anp_tcp_cong_take_default(struct sock *sk);
void anp_tcp_cong_inherit(struct sock *child, const struct sock *sk);

/* The end of @sk, whose tcb is destroyed. */
void anp_tcp_cong_give(struct sock *sk);

/* TCP_CONGESTION.  0, -ENOENT, -EPERM, -EBUSY.  Takes the socket lock; may load a module. */
int anp_tcp_cong_choose(struct sock *sk, const char *name);

/* ---- tcp_diag.c ---- */

/* What all connections have, whichever kind of object they are. */
struct anp_tcp_brief {
	u8	state;		/* TCP_NEW_SYN_RECV: a request */
	u8	timer;		/* 1 rtx, 2 keepalive, 3 TIME-WAIT, 4 probe; 0: none */
	u64	due;		/* us */
	u32	tx, rx;		/* bytes; a listener's accept queue */
	u32	retransmits;
	u32	probes;
};

/* Reads @sk, a socket or what begins like one; with a reference, without or with its lock. */
void anp_tcp_brief(const struct sock *sk, struct anp_tcp_brief *b);

/* ---- stream.c, sendmsg.c, recvmsg.c, poll.c, tcp_options.c ---- */

extern struct proto anp_tcp_prot;
extern const struct proto_ops anp_stream_ops;

/*
 * The beginning of a connect(): names the connection; its SYN is still to be sent, by
 * anp_stream_connect_send().  Socket locked; on failure all is as before.
 */
int anp_stream_connect_start(struct sock *sk, const struct sockaddr_anp *to, bool fast);

/* Sends it; @foc as for anp_tcp_open_send(). */
int anp_stream_connect_send(struct sock *sk, const struct anp_tcp_foc *foc);

/* The end: waits for the handshake, as long as @timeo; @err: what to answer where there is no time. */
int anp_stream_connect_finish(struct socket *sock, long timeo, int err);

void anp_stream_destroy(struct sock *sk);
/* If the send queue has room, whoever waits for that is woken.  Any context; exact if locked. */
void anp_stream_wake_writer(struct sock *sk);
bool anp_stream_memory_free(const struct sock *sk, int wake);
int anp_stream_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int anp_stream_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);
__poll_t anp_stream_poll(struct file *file, struct socket *sock, poll_table *wait);
bool anp_tcp_readable(const struct sock *sk);	/* without or with its lock */
int anp_stream_set_rcvlowat(struct sock *sk, int val);
int anp_stream_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
int anp_tcp_setsockopt(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen);
int anp_tcp_getsockopt(struct sock *sk, int optname, char __user *optval, int __user *optlen);

#endif /* ANP_SOCKET_STREAM_H */
