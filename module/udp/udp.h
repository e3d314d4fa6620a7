/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private to module/udp/: datagram endpoints, that is UDP, ping and raw sockets.  They share the hash,
 * bind and connect, control messages and the socket options.
 */
#ifndef ANP_UDP_UDP_H
#define ANP_UDP_UDP_H

#include <linux/udp.h>
#include "anp.h"
#include "ip/mcast.h"

/* RFC 791's 65535 bytes less an IPv4 and a UDP header. */
#define ANP_UDP_MAX_DATA	65507
/* As many segments as Linux allows in one UDP_SEGMENT send. */
#define ANP_UDP_MAX_SEGS	64
#define ANP_UDP_BUCKETS		1024

/* Control messages that recvmsg() adds, by SOL_IP options of these names. */
enum anp_udp_cmsg {
	ANP_CMSG_PKTINFO	= BIT(0),
	ANP_CMSG_TTL		= BIT(1),
	ANP_CMSG_TOS		= BIT(2),
	ANP_CMSG_RECVOPTS	= BIT(3),
	ANP_CMSG_RETOPTS	= BIT(4),
	ANP_CMSG_ORIGDSTADDR	= BIT(5),
};

struct anp_udp_bucket {
	struct hlist_head	head;		/* sk_node; RCU to read */
	spinlock_t		lock;		/* of the chain and of its sockets' addresses */
};

/*
 * struct anp_udp_table - the bound sockets of a protocol, by namespace and port
 *
 * Sockets are freed after a grace period (SOCK_RCU_FREE): what a lookup finds is good until
 * rcu_read_unlock(), no reference is taken.
 */
struct anp_udp_table {
	struct anp_udp_bucket	buckets[ANP_UDP_BUCKETS];
};

extern struct anp_udp_table anp_udp_table;
extern struct anp_udp_table anp_ping_table;
extern struct anp_udp_table anp_raw_table;

struct anp_udp_cork;

/*
 * struct anp_udp_sock - a UDP, ping or raw socket
 *
 * Lock: the socket lock to write; cmsg_flags and the options are read without it.
 */
struct anp_udp_sock {
	struct anp_sock		anp;		/* must be first */
	struct anp_route	route;		/* cached, to the peer */
	struct anp_route	last;		/* cached: the last send to who is not the peer */
	__be32			last_saddr;	/* the source that send asked for */
	struct anp_udp_cork	*cork;
	struct list_head	mc_members;	/* ip/mcast.h: RTNL to write, RCU to read */
	int			granted;	/* bytes of udp_mem; the receive queue's lock to write */
	u16			gso_size;	/* UDP_SEGMENT */
	u8			cmsg_flags;	/* ANP_CMSG_* */
	bool			corked;		/* UDP_CORK */
	bool			gro;		/* UDP_GRO */
	bool			mc_all;		/* IP_MULTICAST_ALL */
};

static inline struct anp_udp_sock *anp_udp_sk(const struct sock *sk)
{
	return (struct anp_udp_sock *)sk;
}

struct anp_raw_sock {
	struct anp_udp_sock	udp;		/* must be first */
	u32			icmp_filter;	/* ICMP_FILTER: 1 << type of those not to hear */
};

/* IPV6_PKTINFO, which only a socket that was told to speak AF_INET6 gives. */
static inline bool anp_wants_mapped_pktinfo(const struct sock *sk)
{
	return unlikely(READ_ONCE(anp_sk(sk)->mapped) & ANP_MAPPED_PKTINFO) && anp_mapped(sk);
}

static inline bool anp_is_ping(const struct sock *sk)
{
	return sk->sk_type == SOCK_DGRAM && sk->sk_protocol == IPPROTO_ICMP;
}

/* Where one datagram goes and how: the address, control messages and the socket's options. */
struct anp_udp_dest {
	struct anp_flow		flow;
	struct sockcm_cookie	sockc;
	__be16			dport;
	u16			gso_size;
	s16			ttl;		/* -1: the socket's */
	bool			to_peer;	/* as connect() said, in every respect */
};

/* What MSG_MORE and UDP_CORK have gathered; the first call says where it goes. */
struct anp_udp_cork {
	struct anp_udp_dest	dest;
	u8			*data;
	unsigned int		len;
	unsigned int		size;	/* that @data has room for */
};

/* ---- udp.c ---- */
void anp_udp_destroy(struct sock *sk);

/* ---- hash.c ---- */

/* Where @net's sockets of @port (host order) are. */
struct anp_udp_bucket *anp_udp_bucket(struct anp_udp_table *t, const struct net *net, u16 port);
struct anp_udp_table *anp_udp_table_of(const struct sock *sk);

/*
 * Gives @sk the port @port, or a random free one for 0, and puts it into its table; its address is
 * set already.  Process context, socket lock held.  Returns 0 or -EADDRINUSE.
 */
int anp_udp_get_port(struct sock *sk, u16 port);

/* Puts the new @sk into its table under @port, whoever else is there. */
void anp_udp_insert(struct sock *sk, u16 port);

/* struct proto's unhash. */
void anp_udp_unhash(struct sock *sk);

/*
 * Finds the best receiver of a datagram from @saddr:@sport to @daddr:@dport at @dif.  Under RCU.  @skb:
 * itself, at its UDP header, for a program that chooses among equals; NULL: there is none to look at.
 */
struct sock *anp_udp_lookup(struct net *net, __be32 saddr, __be16 sport, __be32 daddr,
			    __be16 dport, int dif, struct sk_buff *skb);

/* Does @sk take it?  For broadcasts and multicasts, which go to all who do. */
bool anp_udp_match(const struct sock *sk, const struct net *net, __be32 saddr, __be16 sport,
		   __be32 daddr, __be16 dport, int dif);

void anp_udp_table_init(struct anp_udp_table *t);

/* ---- bind.c: all types ---- */
int anp_udp_bind(struct socket *sock, struct sockaddr_unsized *uaddr, int len);
int anp_udp_connect(struct socket *sock, struct sockaddr_unsized *uaddr, int len, int flags);
int anp_udp_shutdown(struct socket *sock, int how);
void anp_udp_close(struct sock *sk, long timeout);
int anp_udp_disconnect(struct sock *sk, int flags);
int anp_udp_init_sock(struct sock *sk);

/* ---- route.c ---- */

/*
 * Finds the route of @d, through the caches of @sk.  Socket lock held; the result is good until it
 * is released.  Returns as anp_route_get(); -EACCES for a broadcast without SO_BROADCAST.
 */
int anp_udp_route(struct sock *sk, struct msghdr *msg, const struct anp_udp_dest *d,
		  const struct anp_route **rt);

/* Fills @d from the address and control messages of @msg. */
int anp_udp_dest(struct sock *sk, struct msghdr *msg, struct anp_udp_dest *d);

/*
 * Sends @skb, skb->data at its transport header, from @d by @rt; @skb is consumed.  Socket lock
 * held.  Returns 0 or a negative errno; -EMSGSIZE is told to the error queue, too.
 */
int anp_udp_ip_send(struct sock *sk, struct sk_buff *skb, const struct anp_udp_dest *d,
		    const struct anp_route *rt, u8 proto);

/* Likewise a packet with its IPv4 header, at skb->data. */
int anp_udp_ip_send_whole(struct sock *sk, struct sk_buff *skb, const struct anp_udp_dest *d,
			  const struct anp_route *rt);

/* Must @len bytes behind the IPv4 header be cut in fragments to go by @rt? */
static inline bool anp_udp_fragments(const struct anp_route *rt, unsigned int len)
{
	return len + sizeof(struct iphdr) > rt->mtu;
}

/*
 * Allocates an skb for @hlen bytes of header and copies @len bytes from @from.  May sleep until
 * there is room in the send buffer.  Returns an skb at the header to fill, or an ERR_PTR, which may be
 * the socket's pending error.
 */
struct sk_buff *anp_udp_build(struct sock *sk, struct iov_iter *from, size_t len, size_t hlen,
			      bool noblock);

/*
 * Likewise without a copy: the program's pages that @msg is in become frags, and @uarg is told when they
 * are free.  Also -EMSGSIZE: they are more than an skb can have.
 */
struct sk_buff *anp_udp_build_pinned(struct sock *sk, struct msghdr *msg, size_t len, size_t hlen,
				     struct ubuf_info *uarg);

/*
 * Likewise with no header, and without a look at the socket's error or a wait for its buffer: raw
 * sockets.  -ENOBUFS: there is no room.
 */
struct sk_buff *anp_udp_build_at_once(struct sock *sk, struct iov_iter *from, size_t len);

/* ---- cork.c: all with the socket lock held, but for those of a cork that was taken ---- */

/*
 * Adds @len bytes of @from to what @sk gathers, which may become @max; @d: where it is to go, if it begins
 * with them.  Returns 0, -EMSGSIZE, -ENOBUFS or -EFAULT: what was there is gone then, too.
 */
int anp_udp_cork_add(struct sock *sk, const struct anp_udp_dest *d, struct iov_iter *from,
		     size_t len, unsigned int max);

/* What @sk has gathered is the caller's now; NULL: nothing. */
struct anp_udp_cork *anp_udp_cork_take(struct sock *sk);
void anp_udp_cork_free(struct anp_udp_cork *c);

/* @from becomes the bytes of @c, by @vec. */
void anp_udp_cork_iter(const struct anp_udp_cork *c, struct iov_iter *from, struct kvec *vec);

/* ---- sendmsg.c ---- */
int anp_udp_sendmsg(struct socket *sock, struct msghdr *msg, size_t len);
int anp_udp_push(struct sock *sk);		/* sends what is corked; socket lock not held */

/* ---- recvmsg.c ---- */
int anp_udp_recvmsg(struct socket *sock, struct msghdr *msg, size_t len, int flags);

/* What the calls of UDP, ping and raw sockets have in common: an initializer of proto_ops. */
#define ANP_DGRAM_OPS						\
	.family		= PF_ANP,				\
	.owner		= THIS_MODULE,				\
	.release	= anp_release,				\
	.bind		= anp_udp_bind,				\
	.connect	= anp_udp_connect,			\
	.socketpair	= sock_no_socketpair,			\
	.accept		= sock_no_accept,			\
	.getname	= anp_getname,				\
	.poll		= datagram_poll,			\
	.ioctl		= anp_ioctl,				\
	.gettstamp	= sock_gettstamp,			\
	.listen		= sock_no_listen,			\
	.shutdown	= anp_udp_shutdown,			\
	.recvmsg	= anp_udp_recvmsg,			\
	.mmap		= sock_no_mmap

/* ---- input.c ---- */
void anp_udp_rcv(struct sk_buff *skb);
void anp_udp_err(struct sk_buff *skb, u8 type, u8 code, u32 info, int err, bool hard);

/*
 * Puts @skb, skb->data at its transport header, into @sk's receive queue or drops it for @full;
 * @pull bytes of header are taken off.  Softirq, under RCU; consumes @skb.
 */
void anp_udp_queue(struct sock *sk, struct sk_buff *skb, unsigned int pull,
		   enum anp_mib_item full);

/* ---- memory.c ---- */
extern atomic_long_t anp_dgram_pages;
DECLARE_PER_CPU(int, anp_dgram_reserve);
extern int anp_dgram_min[1];

/* What bounds the memory of UDP, ping and raw sockets together: an initializer of struct proto. */
#define ANP_DGRAM_MEMORY					\
	.memory_allocated	= &anp_dgram_pages,		\
	.per_cpu_fw_alloc	= &anp_dgram_reserve,		\
	.sysctl_mem		= anp_udp_mem,			\
	.sysctl_rmem		= anp_dgram_min,		\
	.sysctl_wmem		= anp_dgram_min

/*
 * Puts @skb into @sk's receive queue, and tells who waits.  Softirq.  Returns 0; -ENOMEM: SO_RCVBUF is
 * full; -ENOBUFS: udp_mem or the control group's limit is reached; then @skb is the caller's still.
 */
int anp_dgram_queue(struct sock *sk, struct sk_buff *skb);

void anp_dgram_give_back(struct sock *sk);

/* Something was read from @sk: gives back what is granted in vain.  Process context. */
static inline void anp_dgram_was_read(struct sock *sk)
{
	int granted = READ_ONCE(anp_udp_sk(sk)->granted);
	int unused = granted - atomic_read(&sk->sk_rmem_alloc);

	if (unlikely(unused > (int)PAGE_SIZE && unused > granted / 2))
		anp_dgram_give_back(sk);
}

/* The end of @sk, whose queues are empty: gives back all. */
void anp_dgram_give_up(struct sock *sk);

/* ---- cmsg.c ---- */
void anp_udp_recv_cmsgs(struct msghdr *msg, struct sock *sk, struct sk_buff *skb);
int anp_udp_send_cmsgs(struct sock *sk, struct msghdr *msg, struct anp_udp_dest *d);

/* ---- errqueue.c ---- */

/*
 * What an ICMP error means to @sk: arguments as anp_ip_proto.err, the payload of the datagram
 * begins @off bytes behind skb->data, @port is of the peer.  Softirq, under RCU.
 */
void anp_udp_icmp_error(struct sock *sk, struct sk_buff *skb, u8 type, u8 code, u32 info,
			int err, bool hard, unsigned int off, __be16 port);

/* ---- mcast.c: joining and leaving groups ---- */

/* Is @optname one of these?  They are of SOL_IP. */
bool anp_udp_mc_option(int optname);
int anp_udp_mc_set(struct sock *sk, int optname, sockptr_t optval, unsigned int optlen);

/* IP_MSFILTER, MCAST_MSFILTER. */
int anp_udp_mc_get(struct sock *sk, int optname, char __user *optval, int __user *optlen);

/* ---- options.c ---- */
int anp_udp_setsockopt(struct socket *sock, int level, int optname, sockptr_t optval,
		       unsigned int optlen);
int anp_udp_getsockopt(struct socket *sock, int level, int optname, char __user *optval,
		       int __user *optlen);

#endif /* ANP_UDP_UDP_H */
